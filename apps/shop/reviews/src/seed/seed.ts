import type { Queries } from '@portico/shop-kit';
import { makeReviews } from './make-reviews.ts';

/** Fills an empty database with the reviews of the sample shop. */
export async function seed(queries: Queries): Promise<void> {
  if (await queries.first('SELECT 1 FROM review LIMIT 1')) return;
  await queries.run(
    `INSERT INTO review (id, product_id, author, rating, title, text, created_at)
     SELECT value ->> 'id', value ->> 'productId', value ->> 'author', value ->> 'rating', value ->> 'title', value ->> 'text',
       value ->> 'createdAt' FROM json_each(?)`,
    [JSON.stringify(makeReviews())],
  );
}
