import { Link } from 'wouter';
import type { ProductSummary } from '../api/types.ts';
import { formatMoney } from '../format/format.ts';
import { Picture } from './picture.tsx';

const CARD_SIZES = '(min-width: 64rem) 17rem, (min-width: 40rem) 30vw, 46vw';

type CardProps = { product: ProductSummary; eager: boolean };

function ProductCard({ product, eager }: CardProps) {
  return (
    <li className="product-card">
      <div className="plate">
        <Picture image={product.image} sizes={CARD_SIZES} eager={eager} decorative />
      </div>
      <h3 className="product-card-name">
        <Link href={`/product/${product.id}`} data-product={product.id}>
          {product.name}
        </Link>
      </h3>
      <p className="product-card-facts">
        <span className="price">{formatMoney(product.price)}</span>
        <span className="muted">{product.category.name}</span>
      </p>
    </li>
  );
}

type GridProps = { products: ProductSummary[]; eagerCount?: number; row?: boolean };

/** Products side by side; `row` keeps them in one line that scrolls sideways on a phone. */
export function ProductGrid({ products, eagerCount = 0, row = false }: GridProps) {
  return (
    <ul className={row ? 'product-grid product-row' : 'product-grid'}>
      {products.map((product, index) => (
        <ProductCard key={product.id} product={product} eager={index < eagerCount} />
      ))}
    </ul>
  );
}

/** The grid's shape while it loads. */
export function ProductGridSkeleton({ count, row = false }: { count: number; row?: boolean }) {
  return (
    <div className={row ? 'product-grid product-row' : 'product-grid'} aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div className="product-card" key={index}>
          <div className="plate skeleton" />
          <div className="skeleton skeleton-line" />
          <div className="skeleton skeleton-line skeleton-short" />
        </div>
      ))}
    </div>
  );
}
