import type { RatingSummary } from '../api/types.ts';
import { countOf } from '../format/format.ts';
import { Stars } from './stars.tsx';

const GRADES = ['5', '4', '3', '2', '1'] as const;

/** The average in one line, beside the product's name. */
export function RatingLine({ rating }: { rating: RatingSummary | null }) {
  if (!rating) return null;
  if (rating.count === 0) return <p className="rating-line muted">No reviews yet</p>;
  return (
    <p className="rating-line">
      <Stars rating={rating.average} />
      <a href="#reviews">{countOf(rating.count, 'review')}</a>
    </p>
  );
}

/** The average and how many reviews gave how many stars. */
export function RatingPanel({ rating }: { rating: RatingSummary }) {
  if (rating.count === 0) return null;
  return (
    <div className="rating-panel">
      <p className="rating-average">
        <strong>{rating.average.toFixed(1)}</strong>
        <Stars rating={rating.average} />
        <span className="muted">from {countOf(rating.count, 'review')}</span>
      </p>
      <ul className="histogram" aria-label="Reviews by stars">
        {GRADES.map((grade) => {
          const count = rating.histogram[grade] ?? 0;
          return (
            <li key={grade}>
              <span className="visually-hidden">
                {grade === '1' ? '1 star' : `${grade} stars`}: {countOf(count, 'review')}
              </span>
              <span aria-hidden="true">{grade}</span>
              <svg className="histogram-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect className="histogram-track" width="100" height="6" />
                <rect className="histogram-fill" width={(100 * count) / rating.count} height="6" />
              </svg>
              <span className="histogram-count" aria-hidden="true">
                {count}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
