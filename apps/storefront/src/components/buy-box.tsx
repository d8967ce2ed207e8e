import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../api/http.ts';
import type { Product, Stock, Variant } from '../api/types.ts';
import { formatMoney } from '../format/format.ts';
import { announce } from '../hooks/announcer.tsx';
import { addToBasket } from '../hooks/basket-store.ts';
import { QuantityStepper } from './quantity-stepper.tsx';
import { StockLine, StockTable } from './stock-panel.tsx';

type ChoiceProps = { variants: Variant[]; chosen: string; choose: (id: string) => void };

function VariantChoice({ variants, chosen, choose }: ChoiceProps) {
  return (
    <fieldset className="variants">
      <legend>Choose yours</legend>
      {variants.map((variant) => (
        <label className="variant" key={variant.id}>
          <input
            type="radio"
            name="variant"
            value={variant.id}
            checked={variant.id === chosen}
            onChange={() => choose(variant.id)}
          />
          <span>{variant.name}</span>
          <span className="variant-price">{formatMoney(variant.price)}</span>
        </label>
      ))}
    </fieldset>
  );
}

type Outcome = { state: 'idle' | 'adding' } | { state: 'added'; text: string } | { state: 'failed'; text: string };

function OutcomeLine({ outcome }: { outcome: Outcome }) {
  if (outcome.state === 'added') {
    return (
      <p className="buy-outcome">
        {outcome.text} <Link href="/basket">Go to the basket</Link>
      </p>
    );
  }
  if (outcome.state !== 'failed') return null;
  return (
    <p className="buy-outcome buy-failed" role="alert">
      {outcome.text}
    </p>
  );
}

function useAdding(product: Product) {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'idle' });
  const add = async (variant: Variant | undefined, quantity: number) => {
    setOutcome({ state: 'adding' });
    try {
      await addToBasket({ productId: product.id, variantId: variant?.id, quantity });
      const text = `${quantity} × ${product.name}${variant ? `, ${variant.name}` : ''} added.`;
      announce(`${text} It is in your basket.`);
      setOutcome({ state: 'added', text });
    } catch (error) {
      const text = error instanceof ApiError && error.status >= 400 && error.status < 500 ? error.message : '';
      setOutcome({ state: 'failed', text: text || 'It could not be added. Please try again.' });
    }
  };
  return { outcome, add };
}

/** Price, variant, stock and quantity of a product, and the button that puts it into the basket. */
export function BuyBox({ product, stock }: { product: Product; stock: Stock | null }) {
  const [variantId, setVariantId] = useState(product.variants[0]?.id ?? '');
  const [quantity, setQuantity] = useState(1);
  const { outcome, add } = useAdding(product);
  const variant = product.variants.find(({ id }) => id === variantId);
  const soldOut = stock?.available === 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (outcome.state !== 'adding' && !soldOut) void add(variant, quantity);
  };
  return (
    <form className="buy-box" onSubmit={submit}>
      <p className="buy-price">{formatMoney((variant ?? product).price)}</p>
      {product.variants.length > 1 && (
        <VariantChoice variants={product.variants} chosen={variantId} choose={setVariantId} />
      )}
      <StockLine stock={stock} />
      <div className="buy-row">
        <QuantityStepper id="quantity" label="Quantity" value={quantity} onChange={setQuantity} disabled={soldOut} />
        <button className="button button-buy" type="submit" aria-disabled={soldOut || outcome.state === 'adding'}>
          {soldOut ? 'Sold out' : 'Add to basket'}
        </button>
      </div>
      <OutcomeLine outcome={outcome} />
      {stock && stock.available > 0 && <StockTable stock={stock} />}
    </form>
  );
}
