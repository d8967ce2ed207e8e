import type { Stock } from '../api/types.ts';
import { countOf } from '../format/format.ts';

const LOW_STOCK = 10;

/** One line on whether a product can be had; null when the BFF could not ask. */
export function StockLine({ stock }: { stock: Stock | null }) {
  if (!stock)
    return <p className="stock stock-unknown">Stock is not known right now. We check it again when you order.</p>;
  if (stock.available === 0) return <p className="stock stock-out">Sold out at the moment</p>;
  if (stock.available < LOW_STOCK) return <p className="stock stock-low">Only {stock.available} left</p>;
  return <p className="stock stock-in">In stock, {countOf(stock.available, 'piece')}</p>;
}

/** How many pieces lie in each warehouse. */
export function StockTable({ stock }: { stock: Stock }) {
  return (
    <details className="stock-table">
      <summary>Stock by warehouse</summary>
      <table>
        <caption className="visually-hidden">Pieces by warehouse</caption>
        <tbody>
          {stock.warehouses.map((warehouse) => (
            <tr key={warehouse.id}>
              <th scope="row">{warehouse.name}</th>
              <td>{warehouse.available === 0 ? 'none' : warehouse.available}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
