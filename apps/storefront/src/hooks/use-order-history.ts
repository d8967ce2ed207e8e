import { useState } from 'react';
import { listOrders } from '../api/account.ts';
import type { List, Order } from '../api/types.ts';
import { countOf } from '../format/format.ts';
import { announce } from './announcer.tsx';
import { useResource } from './use-resource.ts';

/** The customer's orders, page after page. `items` is null while the first page loads. */
export function useOrderHistory(sub: string) {
  const first = useResource(`orders ${sub}`, (signal) => listOrders(null, signal));
  const [older, setOlder] = useState<List<Order> | null>(null);
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const next = older ? older.next : first.value?.next;

  const loadMore = async () => {
    if (!next || state === 'loading') return;
    setState('loading');
    try {
      const page = await listOrders(next);
      setOlder({ items: [...(older?.items ?? []), ...page.items], next: page.next });
      setState('idle');
      announce(`${countOf(page.items.length, 'more order')} shown`);
    } catch {
      setState('failed');
    }
  };
  return {
    items: first.value ? [...first.value.items, ...(older?.items ?? [])] : null,
    hasMore: Boolean(next),
    state,
    loadMore,
    error: first.error,
    reload: first.reload,
  };
}
