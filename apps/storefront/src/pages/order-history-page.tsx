import { Link } from 'wouter';
import type { User } from '../api/session.ts';
import type { Order } from '../api/types.ts';
import { AccountFrame, AccountSkeleton } from '../components/account-frame.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { countOf, formatDay, formatMoney, formatOrderNumber } from '../format/format.ts';
import { useOrderHistory } from '../hooks/use-order-history.ts';
import { useTitle } from '../hooks/use-title.ts';

function OrderRow({ order }: { order: Order }) {
  return (
    <li className="account-row">
      <div>
        <h2>
          <Link href={`/account/orders/${encodeURIComponent(order.id)}`}>{formatDay(order.createdAt)}</Link>
        </h2>
        <p>Order {formatOrderNumber(order.id)}</p>
        <p className="muted">{order.lines.map(({ name }) => name).join('; ')}</p>
      </div>
      <p className="order-badge">{order.state}</p>
      <p className="account-row-end">
        <span className="price">{formatMoney(order.totals)}</span>
        <br />
        <span className="muted">{countOf(order.totals.pieces, 'piece')}</span>
      </p>
    </li>
  );
}

function History({ user }: { user: User }) {
  const { items, hasMore, state, loadMore, error, reload } = useOrderHistory(user.sub);
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!items) return <AccountSkeleton />;
  if (items.length === 0) {
    return (
      <Notice title="No orders yet.">
        <p>
          What you order while you are signed in is listed here. <Link href="/browse">Look around</Link>
        </p>
      </Notice>
    );
  }
  return (
    <>
      <ul className="account-list">
        {items.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
      {state === 'failed' && <p role="alert">Older orders cannot be shown right now.</p>}
      {hasMore && (
        <button
          type="button"
          className="button button-quiet load-more"
          aria-disabled={state === 'loading'}
          onClick={() => void loadMore()}
        >
          Older orders
        </button>
      )}
    </>
  );
}

/** The customer's orders, newest first. */
export function OrderHistoryPage() {
  useTitle('Your orders');
  return (
    <AccountFrame>
      {(user) => (
        <>
          <h1>Your orders</h1>
          <History key={user.sub} user={user} />
        </>
      )}
    </AccountFrame>
  );
}
