import { Link } from 'wouter';
import { BasketLine } from '../components/basket-line.tsx';
import { EmptyBasket } from '../components/empty-basket.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { TotalsPanel } from '../components/totals-panel.tsx';
import { useBasketPage } from '../hooks/use-basket-page.ts';
import { useSession } from '../hooks/session-store.ts';
import { useTitle } from '../hooks/use-title.ts';

function BasketSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <h1>Basket</h1>
      <div className="skeleton skeleton-block" aria-hidden="true" />
    </div>
  );
}

/** The basket: quantities can be changed and lines taken out. */
export function BasketPage() {
  useTitle('Basket');
  const session = useSession();
  const { basket, products, stock, loading, error, reload } = useBasketPage();
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (loading) return <BasketSkeleton />;
  if (!basket || basket.lines.length === 0) return <EmptyBasket />;
  return (
    <div className="page">
      <h1>Basket</h1>
      <div className="with-totals">
        <ul className="basket-lines">
          {basket.lines.map((line) => (
            <BasketLine
              key={line.id}
              basket={basket}
              line={line}
              product={products.get(line.productId)}
              stock={stock.get(line.productId)}
            />
          ))}
        </ul>
        <TotalsPanel totals={basket.totals}>
          <Link className="button button-wide" href="/checkout">
            Go to checkout
          </Link>
          {session.state !== 'customer' && <p className="muted">No account needed.</p>}
        </TotalsPanel>
      </div>
    </div>
  );
}
