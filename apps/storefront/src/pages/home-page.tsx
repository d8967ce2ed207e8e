import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { loadHome } from '../api/pages.ts';
import type { HomePage as HomeParts } from '../api/pages.ts';
import type { ProductSummary } from '../api/types.ts';
import { CategoryIndex } from '../components/category-index.tsx';
import { HeathScene } from '../components/heath-scene.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { ProductGrid, ProductGridSkeleton } from '../components/product-grid.tsx';
import { ReviewItem } from '../components/review-list.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

function Greeting() {
  return (
    <section className="greeting">
      <HeathScene />
      <div className="greeting-text">
        <h1>Warm by the hearth, well out on the heath.</h1>
        <p>Plain, lasting things for the house and the hills.</p>
        <Link className="button" href="/browse?sort=newest">
          See what is new
        </Link>
      </div>
    </section>
  );
}

type ShelfProps = { title: string; more?: { href: string; text: string }; children: ReactNode };

function Shelf({ title, more, children }: ShelfProps) {
  return (
    <section className="shelf">
      <div className="shelf-head">
        <h2>{title}</h2>
        {more && <Link href={more.href}>{more.text}</Link>}
      </div>
      {children}
    </section>
  );
}

type ProductsProps = { list: { items: ProductSummary[] } | null; count: number };

function Products({ list, count }: ProductsProps) {
  if (!list?.items.length) return <Notice title="This shelf cannot be shown right now." />;
  return <ProductGrid products={list.items.slice(0, count)} row />;
}

function Voices({ reviews }: { reviews: HomeParts['reviews'] }) {
  if (!reviews) return <Notice title="Reviews are taking a break." />;
  return (
    <ul className="voices">
      {reviews.items.slice(0, 4).map((review) => (
        <li key={review.id}>
          <ReviewItem review={review} href={`/product/${review.productId}`} />
        </li>
      ))}
    </ul>
  );
}

/** The front of the shop: greeting, all shelves, what is new, what costs little, what buyers say. */
export function HomePage() {
  useTitle('');
  const { value, error, reload } = useResource('home', loadHome);
  if (error) return <ErrorNotice error={error} retry={reload} />;
  const home = value?.data;
  const waiting = <ProductGridSkeleton count={4} row />;
  return (
    <>
      <Greeting />
      <div className="page" aria-busy={!home}>
        <CategoryIndex categories={home ? home.categories : undefined} />
        <Shelf title="Just in" more={{ href: '/browse?sort=newest', text: 'All new arrivals' }}>
          {home ? <Products list={home.newest} count={8} /> : waiting}
        </Shelf>
        <Shelf title="Small prices" more={{ href: '/browse?sort=price', text: 'From the lowest price' }}>
          {home ? <Products list={home.offers} count={4} /> : waiting}
        </Shelf>
        <Shelf title="Heard at the door">{home && <Voices reviews={home.reviews} />}</Shelf>
      </div>
    </>
  );
}
