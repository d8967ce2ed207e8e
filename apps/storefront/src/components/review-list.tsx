import { useState } from 'react';
import { Link } from 'wouter';
import { listReviews } from '../api/reviews.ts';
import type { List, Review } from '../api/types.ts';
import { formatDay } from '../format/format.ts';
import { announce } from '../hooks/announcer.tsx';
import { Stars } from './stars.tsx';

/** One review; with `href` its title leads to the product. */
export function ReviewItem({ review, href }: { review: Review; href?: string }) {
  return (
    <article className="review">
      <Stars rating={review.rating} />
      <h3>{href ? <Link href={href}>{review.title}</Link> : review.title}</h3>
      <p>{review.text}</p>
      <p className="review-by">
        {review.author}, <time dateTime={review.createdAt}>{formatDay(review.createdAt)}</time>
      </p>
    </article>
  );
}

type ListProps = { productId: string; first: List<Review> };

/** A product's reviews, newest first; older ones come by the button. */
export function ReviewList({ productId, first }: ListProps) {
  const [older, setOlder] = useState<List<Review>>({ items: [], next: first.next });
  const [failed, setFailed] = useState(false);

  const more = async (cursor: string) => {
    try {
      const page = await listReviews(productId, cursor);
      setOlder({ items: [...older.items, ...page.items], next: page.next });
      setFailed(false);
      announce(`${page.items.length} more reviews shown`);
    } catch {
      setFailed(true);
    }
  };
  const { next } = older;
  return (
    <>
      <ul className="reviews">
        {[...first.items, ...older.items].map((review) => (
          <li key={review.id}>
            <ReviewItem review={review} />
          </li>
        ))}
      </ul>
      {failed && <p role="alert">Older reviews cannot be shown right now.</p>}
      {next && (
        <button type="button" className="button button-quiet" onClick={() => void more(next)}>
          Older reviews
        </button>
      )}
    </>
  );
}
