import { request } from './http.ts';
import type { List, Review } from './types.ts';

/** A review as its writer sends it. */
export type NewReview = Pick<Review, 'productId' | 'author' | 'rating' | 'title' | 'text'>;

/** One page of a product's reviews, newest first. */
export async function listReviews(productId: string, cursor: string): Promise<List<Review>> {
  const parameters = new URLSearchParams({ product: productId, cursor });
  return (await request<List<Review>>(`/api/reviews/reviews?${parameters}`)).data;
}

/** Publishes a review. */
export async function writeReview(review: NewReview): Promise<Review> {
  return (await request<Review>('/api/reviews/reviews', { method: 'POST', body: review })).data;
}
