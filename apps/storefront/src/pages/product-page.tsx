import { Link } from 'wouter';
import { loadProduct, type ProductPage as ProductParts } from '../api/pages.ts';
import { isMissing, type Parts } from '../api/parts.ts';
import type { Product } from '../api/types.ts';
import { BuyBox } from '../components/buy-box.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { ProductGallery } from '../components/product-gallery.tsx';
import { ProductGrid } from '../components/product-grid.tsx';
import { ProductSkeleton } from '../components/product-skeleton.tsx';
import { RatingLine, RatingPanel } from '../components/rating-panel.tsx';
import { ReviewForm } from '../components/review-form.tsx';
import { ReviewList } from '../components/review-list.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';
import { NotFoundPage } from './not-found-page.tsx';

function Breadcrumb({ product }: { product: Product }) {
  return (
    <nav className="breadcrumb" aria-label="Breadcrumb">
      <Link href="/browse">All goods</Link>
      <span aria-hidden="true">/</span>
      <Link href={`/browse?category=${encodeURIComponent(product.category.id)}`}>{product.category.name}</Link>
    </nav>
  );
}

function Facts({ product }: { product: Product }) {
  return (
    <section className="facts" aria-labelledby="facts-title">
      <h2 id="facts-title">Good to know</h2>
      <dl>
        {Object.entries(product.attributes).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
        <div>
          <dt>Article</dt>
          <dd>{product.sku}</dd>
        </div>
      </dl>
    </section>
  );
}

type ReviewsProps = { page: ProductParts; parts: Parts; reload: () => void };

function Reviews({ page, parts, reload }: ReviewsProps) {
  const { product, rating, reviews } = page;
  const list = isMissing(parts, 'reviews') ? null : reviews;
  return (
    <section className="reviews-section" id="reviews" aria-labelledby="reviews-title">
      <h2 id="reviews-title">Reviews</h2>
      {rating && !isMissing(parts, 'rating') && <RatingPanel rating={rating} />}
      {list ? (
        <div>
          {list.items.length === 0 && <p className="muted">Nobody has written about it yet. Be the first.</p>}
          <ReviewList key={list.items[0]?.id} productId={product.id} first={list} />
          <ReviewForm productId={product.id} onWritten={reload} />
        </div>
      ) : (
        <Notice title="Reviews are taking a break.">
          <p>They cannot be shown right now. Everything else on this page works.</p>
        </Notice>
      )}
    </section>
  );
}

function Related({ page }: { page: ProductParts }) {
  const others = page.related?.items.filter(({ id }) => id !== page.product.id).slice(0, 4) ?? [];
  if (others.length === 0) return null;
  return (
    <section className="shelf">
      <div className="shelf-head">
        <h2>More from {page.product.category.name}</h2>
      </div>
      <ProductGrid products={others} row />
    </section>
  );
}

/** One product with all that is known of it; parts that the BFF had to leave out are named in their place. */
export function ProductPage({ id }: { id: string }) {
  const { value, error, reload } = useResource(`product ${id}`, (signal) => loadProduct(id, signal));
  useTitle(value?.data.product.name ?? null);
  if (error?.status === 404) return <NotFoundPage what="product" />;
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!value) return <ProductSkeleton />;
  const { data: page, parts } = value;
  const { product } = page;
  return (
    <div className="page">
      <Breadcrumb product={product} />
      <div className="product-top">
        <ProductGallery product={product} />
        <div>
          <h1>{product.name}</h1>
          <RatingLine rating={isMissing(parts, 'rating') ? null : page.rating} />
          <BuyBox product={product} stock={isMissing(parts, 'stock') ? null : page.stock} />
          <p className="product-description">{product.description}</p>
        </div>
      </div>
      <Facts product={product} />
      <Reviews page={page} parts={parts} reload={reload} />
      <Related page={page} />
    </div>
  );
}
