import { Link } from 'wouter';
import type { Line, Order, ProductSummary } from '../api/types.ts';
import { countryName } from '../forms/checkout-form.ts';
import { formatDay, formatMoney, formatOrderNumber } from '../format/format.ts';
import { OrderProgress } from './order-progress.tsx';
import { Picture } from './picture.tsx';
import { TotalsPanel } from './totals-panel.tsx';

function OrderLine({ line, product }: { line: Line; product?: ProductSummary }) {
  return (
    <li className="basket-line">
      <div className="plate">{product && <Picture image={product.image} sizes="8rem" decorative />}</div>
      <div className="basket-line-text">
        <h3>
          <Link href={`/product/${line.productId}`}>{line.name}</Link>
        </h3>
        <p className="muted">
          {line.quantity} × {formatMoney(line.unitPrice)}
        </p>
      </div>
      <p className="basket-line-total">{formatMoney(line.total)}</p>
    </li>
  );
}

function Destination({ order }: { order: Order }) {
  const { street, postalCode, city, country } = order.address;
  return (
    <address>
      {order.customer.name}
      <br />
      {street}
      <br />
      {postalCode} {city}
      <br />
      {countryName(country)}
    </address>
  );
}

function OrderDetails({ order, products }: { order: Order; products: ReadonlyMap<string, ProductSummary> }) {
  return (
    <div className="with-totals">
      <div>
        <section className="order-lines" aria-labelledby="lines-title">
          <h2 id="lines-title">What is in it</h2>
          <ul className="basket-lines">
            {order.lines.map((line, index) => (
              <OrderLine key={index} line={line} product={products.get(line.productId)} />
            ))}
          </ul>
        </section>
      </div>
      <TotalsPanel totals={order.totals}>
        <h2>Where it goes</h2>
        <Destination order={order} />
        <Link className="button button-quiet button-wide" href="/browse">
          Look around some more
        </Link>
      </TotalsPanel>
    </div>
  );
}

type ViewProps = { order: Order; title: string; products: ReadonlyMap<string, ProductSummary> };

/** An order from its number to its destination. */
export function OrderView({ order, title, products }: ViewProps) {
  return (
    <>
      <h1>{title}</h1>
      <p className="order-intro">
        Order <strong className="order-number">{formatOrderNumber(order.id)}</strong>, placed on{' '}
        {formatDay(order.createdAt)} for {order.customer.email}.
      </p>
      <OrderProgress state={order.state} />
      <OrderDetails order={order} products={products} />
    </>
  );
}

/** What an order's page is called: it thanks right after the checkout. */
export function orderTitle(thanks: boolean, order?: Order): string {
  if (!thanks) return 'Your order';
  return order ? `Thank you, ${order.customer.name.split(' ')[0]}` : 'Thank you';
}
