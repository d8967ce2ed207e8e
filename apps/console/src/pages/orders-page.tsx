import { Link, useLocation, useSearch } from 'wouter';
import type { Order } from '../api/shop.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { ErrorPage, Loading } from '../components/message-page.tsx';
import { Table } from '../components/table.tsx';
import { formatMoment, formatMoney, formatOrderNumber } from '../format/format.ts';
import { useOrders } from '../hooks/use-orders.ts';
import { useTitle } from '../hooks/use-title.ts';
import { type Move, movesOf, ORDER_STATES, type OrderState, stateFrom } from '../orders/order-states.ts';

function StateChoice({ state }: { state: OrderState | '' }) {
  const [, navigate] = useLocation();
  return (
    <label className="choice">
      State
      <select
        value={state}
        onChange={({ target }) => navigate(target.value ? `/orders?state=${target.value}` : '/orders')}
      >
        <option value="">all</option>
        {ORDER_STATES.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

type RowProps = { order: Order; busy: boolean; onMove: (move: Move) => void };

function Moves({ order, busy, onMove }: RowProps) {
  return (
    <div className="actions">
      {movesOf(order.state).map((move) =>
        move.final ? (
          <ConfirmButton
            key={move.to}
            label={move.label}
            describes={formatOrderNumber(order.id)}
            disabled={busy}
            onConfirm={() => onMove(move)}
          />
        ) : (
          <button
            key={move.to}
            type="button"
            className="action"
            aria-disabled={busy}
            onClick={() => !busy && onMove(move)}
          >
            {move.label} <span className="visually-hidden">{formatOrderNumber(order.id)}</span>
          </button>
        ),
      )}
    </div>
  );
}

function OrderRow({ order, busy, onMove }: RowProps) {
  const { sub, name } = order.customer;
  return (
    <tr className="order" aria-busy={busy}>
      <th scope="row" className="order-id">
        <span title={order.id}>{formatOrderNumber(order.id)}</span>
      </th>
      <td className="order-placed">{formatMoment(order.createdAt)}</td>
      <td className="order-customer">
        {sub ? <Link href={`/sessions?user=${encodeURIComponent(sub)}`}>{name}</Link> : name}
      </td>
      <td className="number order-total">{formatMoney(order.totals)}</td>
      <td className="order-state">
        <span className={`state state-${order.state}`}>{order.state}</span>
      </td>
      <td className="order-moves">
        <Moves order={order} busy={busy} onMove={onMove} />
      </td>
    </tr>
  );
}

function Orders({ state }: { state: OrderState | '' }) {
  const { orders, error, reload, busy, outcome, move, loadMore } = useOrders(state);
  if (error) return <ErrorPage error={error} retry={reload} />;
  if (!orders) return <Loading />;
  return (
    <>
      <p className={outcome.failed ? 'outcome outcome-failed' : 'outcome'} role="status">
        {outcome.text}
      </p>
      {orders.items.length === 0 ? (
        <p className="muted">No orders are in this state.</p>
      ) : (
        <Table name="Orders" columns={['Order', 'Placed', 'Customer', 'Total', 'State', 'Next']}>
          {orders.items.map((order) => (
            <OrderRow key={order.id} order={order} busy={busy === order.id} onMove={(to) => void move(order, to)} />
          ))}
        </Table>
      )}
      {orders.next && (
        <button type="button" className="button button-quiet" onClick={() => void loadMore()}>
          Older orders
        </button>
      )}
    </>
  );
}

/** Orders, newest first, with what their state allows to do. */
export function OrdersPage() {
  useTitle('Orders');
  const state = stateFrom(new URLSearchParams(useSearch()).get('state'));
  return (
    <div className="page">
      <div className="page-head">
        <h1>Orders</h1>
        <StateChoice state={state} />
      </div>
      <Orders key={state} state={state} />
    </div>
  );
}
