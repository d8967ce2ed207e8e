import { Link, useSearch } from 'wouter';
import { byId, loadOrder } from '../api/pages.ts';
import type { Line, Order, ProductSummary } from '../api/types.ts';
import { ErrorNotice } from '../components/notice.tsx';
import { OrderProgress } from '../components/order-progress.tsx';
import { Picture } from '../components/picture.tsx';
import { TotalsPanel } from '../components/totals-panel.tsx';
import { COUNTRIES } from '../forms/checkout-form.ts';
import { formatDay, formatMoney } from '../format/format.ts';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';
import { NotFoundPage } from './not-found-page.tsx';

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
      {COUNTRIES.find(([code]) => code === country)?.[1] ?? country}
    </address>
  );
}

function OrderDetails({ order, products }: { order: Order; products: ReadonlyMap<string, ProductSummary> }) {
  return (
    <div className="with-totals">
      <div>
        <section aria-labelledby="lines-title">
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

/** An order: its confirmation right after checkout, its state on every later visit. */
export function OrderPage({ id }: { id: string }) {
  const thanks = useSearch().includes('thanks');
  const { value, error, reload } = useResource(`order ${id}`, (signal) => loadOrder(id, signal));
  const title = thanks ? 'Thank you' : 'Your order';
  useTitle(value ? title : null);
  if (error?.status === 404) return <NotFoundPage what="order" />;
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!value) {
    return (
      <div className="page" aria-busy="true">
        <h1>{title}</h1>
        <div className="skeleton skeleton-block" aria-hidden="true" />
      </div>
    );
  }
  const { order, products } = value.data;
  return (
    <div className="page order">
      <h1>{thanks ? `Thank you, ${order.customer.name.split(' ')[0]}` : title}</h1>
      <p className="order-intro">
        Order <strong className="order-number">{order.id}</strong>, placed on {formatDay(order.createdAt)} for{' '}
        {order.customer.email}.
      </p>
      <OrderProgress state={order.state} />
      <OrderDetails order={order} products={byId(products, (product) => product.id)} />
    </div>
  );
}
