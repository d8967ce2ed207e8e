import { makeReviews } from './make-reviews.ts';

describe('the seed of the reviews', () => {
  const reviews = makeReviews();

  it('is the same each time: 2,000 reviews with their own ids', () => {
    expect(makeReviews()).toEqual(reviews);
    expect(new Set(reviews.map((review) => review.id)).size).toBe(2000);
  });

  it('is spread over the products and the last 18 months', () => {
    expect(new Set(reviews.map((review) => review.productId)).size).toBeGreaterThan(250);
    const times = reviews.map((review) => review.createdAt).sort();
    expect(times[0]?.slice(0, 4)).toBe('2025');
    expect(times.at(-1)?.slice(0, 7)).toBe('2026-11');
  });

  it('is mostly content: 4 and 5 stars for more than three quarters, and each rating occurs', () => {
    const share = reviews.filter((review) => review.rating >= 4).length / reviews.length;
    expect(share).toBeGreaterThan(0.75);
    expect(new Set(reviews.map((review) => review.rating))).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});
