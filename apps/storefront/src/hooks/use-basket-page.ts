import { useEffect } from 'react';
import { byId, loadBasket } from '../api/pages.ts';
import { basketId, forgetBasket, refreshBasket, useBasket } from './basket-store.ts';
import { useResource } from './use-resource.ts';

/** The basket as it stands, with products and stock as last asked. `basket` is null when there is none. */
export function useBasketPage() {
  const id = basketId();
  const basket = useBasket();
  const page = useResource(`basket ${id}`, async (signal) => (id ? (await loadBasket(id, signal)).data : null));
  const loaded = page.value;
  const gone = page.error?.status === 404;

  const known = basket ?? loaded?.basket ?? null;

  useEffect(() => {
    if (loaded) refreshBasket(loaded.basket);
  }, [loaded]);
  useEffect(() => {
    if (gone && id) forgetBasket(id);
  }, [gone, id]);

  return {
    basket: known,
    products: byId(loaded?.products, (product) => product.id),
    stock: byId(loaded?.stock, (stock) => stock.productId),
    loading: id !== null && !known && !page.error,
    error: gone ? null : page.error,
    reload: page.reload,
  };
}
