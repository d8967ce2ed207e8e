import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Dashboard, loadDashboard, type ProductName } from '../api/shop.ts';
import { ErrorPage, Loading } from '../components/message-page.tsx';
import { formatMoney, formatNumber } from '../format/format.ts';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';
import { ORDER_STATES } from '../orders/order-states.ts';

function Figures({ orders }: Pick<Dashboard, 'orders'>) {
  return (
    <section aria-labelledby="orders-title">
      <h2 id="orders-title">Orders</h2>
      <dl className="figures">
        <div>
          <dt>All</dt>
          <dd>{formatNumber(orders.total)}</dd>
        </div>
        <div className="figure-wide">
          <dt>Revenue</dt>
          <dd>{formatMoney(orders.revenue)}</dd>
        </div>
        {ORDER_STATES.map((state) => (
          <div key={state}>
            <dt>
              <Link href={`/orders?state=${state}`}>{state}</Link>
            </dt>
            <dd>{formatNumber(orders.states[state] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

type PanelProps = { id: string; title: string; missing: boolean; empty: string; children: ReactNode[] };

function Panel({ id, title, missing, empty, children }: PanelProps) {
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {missing && <p className="missing">This part cannot be shown right now.</p>}
      {!missing && children.length === 0 && <p className="muted">{empty}</p>}
      {children.length > 0 && <ul>{children}</ul>}
    </section>
  );
}

/** A product by its name, or by its id where the catalog did not answer. */
function ProductLink({ id, names }: { id: string; names: readonly ProductName[] | null }) {
  const name = names?.find((product) => product.id === id)?.name ?? id;
  return <Link href={`/products/${encodeURIComponent(id)}`}>{name}</Link>;
}

function Parts({ shortages, reviews, scarce, reviewed }: Dashboard) {
  return (
    <div className="panels">
      <Panel id="shortages-title" title="Running out" missing={!shortages} empty="Nothing is below ten pieces.">
        {(shortages?.items ?? []).map(({ productId, available }) => (
          <li key={productId}>
            <span>
              <ProductLink id={productId} names={scarce} />
            </span>
            <strong className={available === 0 ? 'bad' : 'warn'}>{available} left</strong>
          </li>
        ))}
      </Panel>
      <Panel id="reviews-title" title="What people say" missing={!reviews} empty="Nobody has written yet.">
        {(reviews?.items ?? []).map(({ id, title, author, rating, productId }) => (
          <li key={id}>
            <span>
              {title}
              <span className="muted">
                {' '}
                {author} on <ProductLink id={productId} names={reviewed} />
              </span>
            </span>
            <strong className={rating <= 2 ? 'bad' : undefined}>{rating} of 5</strong>
          </li>
        ))}
      </Panel>
    </div>
  );
}

/** What staff look at first: orders by state, what runs out, what people say. */
export function DashboardPage() {
  useTitle('Overview');
  const { value, error, reload } = useResource('dashboard', loadDashboard);
  if (error) return <ErrorPage error={error} retry={reload} />;
  if (!value) return <Loading />;
  return (
    <div className="page">
      <h1>Overview</h1>
      <Figures orders={value.orders} />
      <Parts {...value} />
    </div>
  );
}
