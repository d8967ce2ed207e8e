import { Link } from 'wouter';
import { BrandMark } from './icons.tsx';

/** The page's last lines. */
export function SiteFooter() {
  return (
    <footer className="site-footer">
      <div className="site-footer-row">
        <p className="footer-brand">
          <BrandMark />
          Hearth &amp; Heath
        </p>
        <p className="footer-note">
          Things for the house and the hills. This is the sample shop of Portico; nothing here is really sold.
        </p>
        <nav aria-label="Footer" className="footer-links">
          <Link href="/browse">All goods</Link>
          <Link href="/browse?sort=newest">Just in</Link>
          <Link href="/basket">Basket</Link>
          <Link href="/account/orders">Your orders</Link>
        </nav>
      </div>
    </footer>
  );
}
