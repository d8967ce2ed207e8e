import { useSearch } from 'wouter';
import { byId, loadOrder } from '../api/pages.ts';
import { ErrorNotice } from '../components/notice.tsx';
import { orderTitle, OrderView } from '../components/order-view.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** A guest's order: its confirmation right after checkout, its state on every later visit. */
export function OrderPage({ id }: { id: string }) {
  const thanks = useSearch().includes('thanks');
  const { value, error, reload } = useResource(`order ${id}`, (signal) => loadOrder(id, signal));
  const title = orderTitle(thanks, value?.data.order);
  useTitle(value ? orderTitle(thanks) : null);
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
      <OrderView order={order} title={title} products={byId(products, (product) => product.id)} />
    </div>
  );
}
