import { Injectable } from '@nestjs/common';
import { Database, euros, type Page, pageOf } from '@portico/shop-kit';
import { keysOf, listStatement, matchOf, sortOf, SOURCE, SUMMARY, type SummaryRow } from './product-statement.ts';
import type { Category, Product, ProductQuery, ProductSummary } from './schemas.ts';

type ProductRow = SummaryRow & { description: string; sku: string; attributes: string; variants: string };

const ONE = `SELECT ${SUMMARY}, p.description, p.sku, p.attributes, (
    SELECT json_group_array(json_object('id', v.id, 'name', v.name, 'price', v.price) ORDER BY v.position)
    FROM variant v WHERE v.product_id = p.id
  ) AS variants FROM ${SOURCE} WHERE p.id = ?`;

/** Reads products and categories, each answer with one statement. */
@Injectable()
export class ProductRepository {
  constructor(private readonly database: Database) {}

  /** A page of the products that fit. @throws Problem 400 when sort, words and cursor do not go together */
  async list(query: ProductQuery): Promise<Page<ProductSummary>> {
    const sort = sortOf(query);
    const match = query.q === undefined ? undefined : matchOf(query.q);
    if (query.q !== undefined && match === undefined) return { items: [], next: null };
    const { sql, parameters } = listStatement(query, sort, match);
    const page = pageOf(await this.database.all<SummaryRow>(sql, parameters), query.limit, (row) => keysOf(sort, row));
    return { items: page.items.map(summaryOf), next: page.next };
  }

  /** The products of these ids, in their order; unknown ones are left out. */
  async byIds(ids: readonly string[]): Promise<ProductSummary[]> {
    const sql = `SELECT ${SUMMARY} FROM json_each(?) wanted JOIN ${SOURCE} WHERE p.id = wanted.value ORDER BY wanted.key`;
    return (await this.database.all<SummaryRow>(sql, [JSON.stringify(ids)])).map(summaryOf);
  }

  /** One product, if there is one. */
  async byId(id: string): Promise<Product | undefined> {
    const row = await this.database.first<ProductRow>(ONE, [id]);
    return row && productOf(row);
  }

  /** What the picture of a product shows. */
  picture(id: string): Promise<{ name: string; motif: string; category_id: string } | undefined> {
    return this.database.first('SELECT name, motif, category_id FROM product WHERE id = ?', [id]);
  }

  /** All categories by name. */
  categories(): Promise<Category[]> {
    return this.database.all(
      `SELECT c.id, c.name, count(p.id) AS count FROM category c LEFT JOIN product p ON p.category_id = c.id
       GROUP BY c.id ORDER BY c.name`,
    );
  }
}

function summaryOf(row: SummaryRow): ProductSummary {
  return {
    id: row.id,
    name: row.name,
    category: { id: row.category_id, name: row.category_name },
    price: euros(row.price),
    image: { path: `images/${row.id}.svg`, alt: `Drawing of the ${row.name}` },
    createdAt: row.created_at,
  };
}

function productOf(row: ProductRow): Product {
  const variants = JSON.parse(row.variants) as { id: string; name: string; price: number }[];
  return {
    ...summaryOf(row),
    description: row.description,
    sku: row.sku,
    variants: variants.map(({ id, name, price }) => ({ id, name, price: euros(price) })),
    attributes: JSON.parse(row.attributes) as Record<string, string>,
  };
}
