import { type CursorKeys, Problem } from '@portico/shop-kit';
import type { ProductQuery } from './schemas.ts';

type Sort = NonNullable<ProductQuery['sort']>;

/** A statement and its parameters. */
export interface Statement {
  sql: string;
  parameters: (string | number)[];
}

/** A row of a product list. */
export interface SummaryRow {
  id: string;
  name: string;
  price: number;
  created_at: string;
  category_id: string;
  category_name: string;
  /** The value the list is sorted by. */
  sort_key: string | number;
}

/** The columns of a {@link SummaryRow} but its sort key, and where they come from. */
export const SUMMARY = 'p.id, p.name, p.price, p.created_at, c.id AS category_id, c.name AS category_name';
export const SOURCE = 'product p JOIN category c ON c.id = p.category_id';

const ORDERS: Readonly<Record<Sort, readonly [column: string, direction: 'ASC' | 'DESC']>> = {
  relevance: ['s.rank', 'ASC'],
  name: ['p.name', 'ASC'],
  price: ['p.price', 'ASC'],
  '-price': ['p.price', 'DESC'],
  newest: ['p.created_at', 'DESC'],
};

/** The order a query asks for. @throws Problem 400 for `relevance` without words, or the cursor of another order */
export function sortOf({ q, sort, cursor }: ProductQuery): Sort {
  const chosen = sort ?? (q === undefined ? 'name' : 'relevance');
  if (chosen === 'relevance' && q === undefined) {
    throw Problem.invalid([{ field: 'sort', message: 'relevance needs q' }]);
  }
  if (cursor && cursor[0] !== chosen) {
    throw Problem.invalid([{ field: 'cursor', message: 'belongs to a list with another sort' }]);
  }
  return chosen;
}

/** The cursor keys of a row. */
export const keysOf = (sort: Sort, row: SummaryRow): CursorKeys => [sort, row.sort_key, row.id];

/**
 * Turns what somebody typed into a full-text query: every word must begin a word of the product. Quotes, operators and other signs
 * mean nothing.
 *
 * @returns undefined when there is no word in it
 */
export function matchOf(q: string): string | undefined {
  const words = q.match(/[\p{L}\p{M}\p{N}]+/gu)?.slice(0, 12);
  return words?.map((word) => `"${word}"*`).join(' ');
}

/** The statement of a product list: one row more than the page holds, so that the end shows. */
export function listStatement(query: ProductQuery, sort: Sort, match: string | undefined): Statement {
  const [column, direction] = ORDERS[sort];
  const conditions: [string, ...(string | number)[]][] = [];
  if (match !== undefined) conditions.push(['s.product_search MATCH ?', match]);
  if (query.category !== undefined) conditions.push(['p.category_id = ?', query.category]);
  if (query.minPrice !== undefined) conditions.push(['p.price >= ?', query.minPrice]);
  if (query.maxPrice !== undefined) conditions.push(['p.price <= ?', query.maxPrice]);
  if (query.cursor) {
    const [, key, id] = query.cursor;
    conditions.push([`(${column}, p.id) ${direction === 'ASC' ? '>' : '<'} (?, ?)`, key, id]);
  }
  const source =
    match === undefined
      ? SOURCE
      : `product_search s JOIN product p ON p.number = s.rowid JOIN category c ON c.id = p.category_id`;
  const where = conditions.length > 0 ? `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}` : '';
  return {
    sql: `SELECT ${SUMMARY}, ${column} AS sort_key FROM ${source} ${where} ORDER BY ${column} ${direction}, p.id ${direction} LIMIT ?`,
    parameters: [...conditions.flatMap(([, ...parameters]) => parameters), query.limit + 1],
  };
}
