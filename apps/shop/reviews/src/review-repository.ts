import { Injectable } from '@nestjs/common';
import { Database, type Page, pageOf, ServiceSettings } from '@portico/shop-kit';
import { randomUUID } from 'node:crypto';
import type { NewReview, Review, ReviewQuery, ReviewSummary } from './schemas.ts';

interface SummaryRow {
  product_id: string;
  count: number;
  average: number;
  one: number;
  two: number;
  three: number;
  four: number;
  five: number;
}

const COLUMNS = 'id, product_id AS productId, author, rating, title, text, created_at AS createdAt';

const SUMMARIES = `SELECT wanted.value AS product_id, count(r.rating) AS count, coalesce(round(avg(r.rating), 2), 0) AS average,
    total(r.rating = 1) AS one, total(r.rating = 2) AS two, total(r.rating = 3) AS three, total(r.rating = 4) AS four,
    total(r.rating = 5) AS five
  FROM json_each(?) wanted LEFT JOIN review r ON r.product_id = wanted.value
  GROUP BY wanted.key ORDER BY wanted.key`;

/** Reads and writes reviews, each answer with one statement. */
@Injectable()
export class ReviewRepository {
  constructor(
    private readonly database: Database,
    private readonly settings: ServiceSettings,
  ) {}

  /** A page of reviews, newest first. */
  async list({ product, limit, cursor }: ReviewQuery): Promise<Page<Review>> {
    const conditions: [string, ...string[]][] = [];
    if (product !== undefined) conditions.push(['product_id = ?', product]);
    if (cursor) conditions.push(['(created_at, id) < (?, ?)', ...cursor]);
    const where = conditions.length > 0 ? `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}` : '';
    const rows = await this.database.all<Review>(
      `SELECT ${COLUMNS} FROM review ${where} ORDER BY created_at DESC, id DESC LIMIT ?`,
      [...conditions.flatMap(([, ...parameters]) => parameters), limit + 1],
    );
    return pageOf(rows, limit, (review) => [review.createdAt, review.id]);
  }

  /** One review, if there is one. */
  byId(id: string): Promise<Review | undefined> {
    return this.database.first(`SELECT ${COLUMNS} FROM review WHERE id = ?`, [id]);
  }

  /** Keeps a new review and returns it. */
  async add(content: NewReview): Promise<Review> {
    const review = { id: randomUUID(), ...content, createdAt: this.settings.now() };
    const { id, productId, author, rating, title, text, createdAt } = review;
    await this.database.run(
      `INSERT INTO review (id, product_id, author, rating, title, text, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [id, productId, author, rating, title, text, createdAt],
    );
    return review;
  }

  /** What the reviews of these products come to, in their order. */
  async summaries(productIds: readonly string[]): Promise<ReviewSummary[]> {
    return (await this.database.all<SummaryRow>(SUMMARIES, [JSON.stringify(productIds)])).map(summaryOf);
  }
}

const summaryOf = (row: SummaryRow): ReviewSummary => ({
  productId: row.product_id,
  count: row.count,
  average: row.average,
  histogram: { '1': row.one, '2': row.two, '3': row.three, '4': row.four, '5': row.five },
});
