import { useSearch } from 'wouter';
import { loadAccountOrder } from '../api/account.ts';
import type { User } from '../api/session.ts';
import { AccountFrame, AccountSkeleton } from '../components/account-frame.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { orderTitle, OrderView } from '../components/order-view.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';
import { NotFoundPage } from './not-found-page.tsx';

function AccountOrder({ user, id }: { user: User; id: string }) {
  const thanks = useSearch().includes('thanks');
  const { value, error, reload } = useResource(`order ${id} of ${user.sub}`, (signal) => loadAccountOrder(id, signal));
  useTitle(value ? orderTitle(thanks) : null);
  if (error?.status === 404) return <NotFoundPage what="order" />;
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!value) return <AccountSkeleton />;
  const products = new Map(value.products.map((product) => [product.id, product]));
  return <OrderView order={value.order} title={orderTitle(thanks, value.order)} products={products} />;
}

/** One of the customer's orders: its confirmation right after checkout, its state on every later visit. */
export function AccountOrderPage({ id }: { id: string }) {
  return <AccountFrame>{(user) => <AccountOrder user={user} id={id} />}</AccountFrame>;
}
