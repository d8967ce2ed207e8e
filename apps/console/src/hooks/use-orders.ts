import { useState } from 'react';
import { ApiError } from '../api/http.ts';
import { listOrders, moveOrder, type Order } from '../api/shop.ts';
import type { Move, OrderState } from '../orders/order-states.ts';
import { useResource } from './use-resource.ts';

/** Orders of one state or of all, page after page, and their moves. `busy` is the order that is being moved. */
export function useOrders(state: OrderState | '') {
  const { value, error, reload, show } = useResource(`orders ${state}`, (signal) => listOrders(state, null, signal));
  const [busy, setBusy] = useState('');
  const [outcome, setOutcome] = useState({ text: '', failed: false });

  const fail = (what: string, reason: unknown) => {
    const text =
      reason instanceof ApiError && reason.status === 403 ? 'your role may not do that.' : String(messageOf(reason));
    setOutcome({ text: `${what}: ${text}`, failed: true });
  };
  const move = async ({ id }: Order, { to }: Move) => {
    setBusy(id);
    try {
      const moved = await moveOrder(id, to);
      if (value) show({ ...value, items: value.items.map((order) => (order.id === id ? moved : order)) });
      setOutcome({ text: `Order ${id} is ${moved.state}.`, failed: false });
    } catch (reason) {
      fail(`Order ${id}`, reason);
    }
    setBusy('');
  };
  const loadMore = async () => {
    if (!value?.next) return;
    try {
      const page = await listOrders(state, value.next);
      show({ items: [...value.items, ...page.items], next: page.next });
    } catch (reason) {
      fail('Older orders', reason);
    }
  };
  return { orders: value, error, reload, busy, outcome, move, loadMore };
}

const messageOf = (reason: unknown): string => (reason instanceof Error ? reason.message : 'that did not work.');
