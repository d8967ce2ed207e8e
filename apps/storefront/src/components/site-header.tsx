import { Link, useLocation } from 'wouter';
import { useBasket } from '../hooks/basket-store.ts';
import { AccountMenu } from './account-menu.tsx';
import { BasketIcon, BrandMark } from './icons.tsx';
import { SearchForm } from './search-form.tsx';

function BasketLink() {
  const pieces = useBasket()?.totals.pieces ?? 0;
  const [path] = useLocation();
  return (
    <Link className="basket-link" href="/basket" aria-current={path === '/basket' ? 'page' : undefined}>
      <BasketIcon />
      <span className="basket-word">Basket</span>
      <span className={pieces > 0 ? 'basket-count' : 'visually-hidden'}>{pieces}</span>
      <span className="visually-hidden">{pieces === 1 ? 'piece' : 'pieces'}</span>
    </Link>
  );
}

/** The banner: brand, search, the way to all products, to the basket and to the account. */
export function SiteHeader() {
  const [path] = useLocation();
  return (
    <header className="site-header">
      <div className="site-header-row">
        <Link className="brand" href="/">
          <BrandMark />
          <span>
            Hearth <span className="brand-and">&amp;</span> Heath
          </span>
        </Link>
        <SearchForm />
        <nav className="site-nav" aria-label="Shop">
          <Link className="goods-link" href="/browse" aria-current={path === '/browse' ? 'page' : undefined}>
            All goods
          </Link>
          <BasketLink />
        </nav>
        <AccountMenu />
      </div>
    </header>
  );
}
