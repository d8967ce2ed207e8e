import { useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../api/http.ts';
import type { Basket, BasketLine as Line, ProductSummary, Stock } from '../api/types.ts';
import { formatMoney } from '../format/format.ts';
import { announce } from '../hooks/announcer.tsx';
import { setQuantity } from '../hooks/basket-store.ts';
import { Picture } from './picture.tsx';
import { QuantityStepper } from './quantity-stepper.tsx';

const LOW_STOCK = 10;

function StockHint({ stock, quantity }: { stock: Stock | undefined; quantity: number }) {
  if (!stock || stock.available >= Math.max(LOW_STOCK, quantity)) return null;
  if (stock.available === 0) return <p className="stock stock-out">Sold out. Take it out to order the rest.</p>;
  if (stock.available < quantity)
    return <p className="stock stock-out">Only {stock.available} left. Please take fewer.</p>;
  return <p className="stock stock-low">Only {stock.available} left</p>;
}

function useChange(basket: Basket, line: Line) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const change = async (quantity: number) => {
    setBusy(true);
    setFailure('');
    try {
      await setQuantity(basket, line.id, quantity);
      announce(quantity > 0 ? `${line.name}: ${quantity} in the basket` : `${line.name} taken out of the basket`);
      if (quantity === 0) document.getElementById('main')?.focus();
    } catch (error) {
      const reason = error instanceof ApiError && error.fields[0]?.message;
      setFailure(reason || 'That could not be changed. Please try again.');
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, change };
}

type LineProps = { basket: Basket; line: Line; product?: ProductSummary; stock?: Stock };

/** One line of the basket: what it is, how many, what it costs, and the button that takes it out. */
export function BasketLine({ basket, line, product, stock }: LineProps) {
  const { busy, failure, change } = useChange(basket, line);
  return (
    <li className="basket-line" aria-busy={busy}>
      <div className="plate">{product && <Picture image={product.image} sizes="8rem" decorative />}</div>
      <div className="basket-line-text">
        <h2>
          <Link href={`/product/${line.productId}`}>{line.name}</Link>
        </h2>
        <p className="muted">{formatMoney(line.unitPrice)} each</p>
        <StockHint stock={stock} quantity={line.quantity} />
      </div>
      <div className="basket-line-change">
        <QuantityStepper
          id={`quantity-${line.id}`}
          label={`Quantity of ${line.name}`}
          value={line.quantity}
          onChange={(quantity) => void change(quantity)}
        />
        <button
          type="button"
          className="link-button"
          aria-label={`Take out ${line.name}`}
          onClick={() => void change(0)}
        >
          Take out
        </button>
      </div>
      <p className="basket-line-total">{formatMoney(line.total)}</p>
      {failure && (
        <p className="basket-line-failure" role="alert">
          {failure}
        </p>
      )}
    </li>
  );
}
