import { Link } from 'wouter';
import { loadProduct } from '../api/shop.ts';
import { ErrorPage, Loading, MessagePage } from '../components/message-page.tsx';
import { Table } from '../components/table.tsx';
import { formatMoney, formatNumber } from '../format/format.ts';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

/** A product: what it is, and where how many pieces of it lie. */
export function ProductPage({ id }: { id: string }) {
  const { value, error, reload } = useResource(`product ${id}`, (signal) => loadProduct(id, signal));
  const name = value?.product?.name ?? id;
  useTitle(name);
  if (error?.status === 404) {
    return (
      <MessagePage title="No such product">
        <Link href="/">To the overview</Link>
      </MessagePage>
    );
  }
  if (error) return <ErrorPage error={error} retry={reload} />;
  if (!value) return <Loading />;
  const { product, stock } = value;
  return (
    <div className="page">
      <h1>{name}</h1>
      <p className="muted">
        {product && `${product.category.name}, ${formatMoney(product.price)}, `}
        {id}, {formatNumber(stock.available)} available
      </p>
      <Table name={`Stock of ${name}`} columns={['Warehouse', 'Available']}>
        {stock.warehouses.map((warehouse) => (
          <tr key={warehouse.id}>
            <th scope="row">{warehouse.name}</th>
            <td className="number">{formatNumber(warehouse.available)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
