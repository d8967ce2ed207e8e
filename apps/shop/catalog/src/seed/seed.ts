import type { Queries } from '@portico/shop-kit';
import { CATEGORIES, makeProducts, type SeedProduct } from './make-products.ts';

/** Fills an empty catalog with the 300 products of the sample shop. */
export async function seed(queries: Queries): Promise<void> {
  if (await queries.first('SELECT 1 FROM category LIMIT 1')) return;
  await queries.batch(
    CATEGORIES.map(({ id, name }) => ({ sql: 'INSERT INTO category VALUES (?, ?)', args: [id, name] })),
  );
  const names = new Map(CATEGORIES.map(({ id, name }) => [id, name]));
  for (const [index, product] of makeProducts().entries()) {
    await queries.batch(statementsOf(product, index + 1, names.get(product.categoryId) ?? ''));
  }
}

function statementsOf(product: SeedProduct, number: number, category: string) {
  const { id, name, categoryId, price, sku, description, motif, createdAt, variants } = product;
  const attributes = JSON.stringify(product.attributes);
  const words = Object.values(product.attributes).join(' ');
  return [
    {
      sql: 'INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      args: [number, id, name, categoryId, price, sku, description, attributes, motif, createdAt],
    },
    {
      sql: 'INSERT INTO product_search (rowid, name, category, attributes, description) VALUES (?, ?, ?, ?, ?)',
      args: [number, name, category, words, description],
    },
    ...variants.map((variant, position) => ({
      sql: 'INSERT INTO variant VALUES (?, ?, ?, ?, ?)',
      args: [id, position, variant.id, variant.name, variant.price],
    })),
  ];
}
