import { useEffect, useRef, useState } from 'react';
import { findProducts, type ProductQuery } from '../api/catalog.ts';
import type { List, ProductSummary } from '../api/types.ts';
import { announce } from './announcer.tsx';
import { useResource } from './use-resource.ts';

type More = { key: string; list: List<ProductSummary>; state: 'idle' | 'loading' | 'failed' };

/** Longer lists of this visit by filter, so that the way back finds the same place. */
const grown = new Map<string, List<ProductSummary>>();

/** The products that match a filter, page after page. `items` is null while the first page loads. */
export function useProductList(filter: ProductQuery) {
  const key = `browse ${JSON.stringify(filter)}`;
  const first = useResource(key, (signal) => findProducts(filter, signal));
  const [more, setMore] = useState<More | null>(null);
  const current = useRef(key);
  useEffect(() => {
    current.current = key;
  }, [key]);

  const known = (more?.key === key ? more.list : null) ?? grown.get(key) ?? first.value;
  const loadMore = async () => {
    if (!known?.next || (more?.key === key && more.state === 'loading')) return;
    setMore({ key, list: known, state: 'loading' });
    try {
      const page = await findProducts({ ...filter, cursor: known.next });
      const list = { items: [...known.items, ...page.items], next: page.next };
      grown.clear();
      grown.set(key, list);
      if (current.current !== key) return;
      setMore({ key, list, state: 'idle' });
      announce(`${list.items.length} products shown`);
    } catch {
      if (current.current === key) setMore({ key, list: known, state: 'failed' });
    }
  };
  return {
    items: known?.items ?? null,
    hasMore: Boolean(known?.next),
    moreState: more?.key === key ? more.state : 'idle',
    loadMore,
    error: first.error,
    reload: first.reload,
  };
}
