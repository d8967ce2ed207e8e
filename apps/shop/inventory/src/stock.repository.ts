import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import type { Adjustment, Stock, Warehouse } from './inventory.schemas.ts';

interface StockRow extends Warehouse {
  readonly productId: string;
  readonly available: number;
}

/** What came of an adjustment. */
export interface AdjustmentResult {
  readonly done: boolean;
  readonly stock: Stock | undefined;
}

const SELECT = `SELECT product_id AS productId, warehouses.id, warehouses.name, available
  FROM stock JOIN warehouses ON warehouses.id = stock.warehouse_id`;

/** Stock in the database. */
@Injectable()
export class StockRepository {
  constructor(private readonly database: Database) {}

  /** All warehouses, by id. */
  warehouses(): Promise<Warehouse[]> {
    return this.database.all<Warehouse>('SELECT id, name FROM warehouses ORDER BY id');
  }

  /** The stock of the products asked for, in that order; unknown ones are left out. */
  async of(productIds: readonly string[]): Promise<Stock[]> {
    return stockOf(this.database, productIds);
  }

  /** The products with fewer pieces than `below`, fewest first. */
  async below(below: number, limit: number): Promise<Stock[]> {
    const products = await this.database.all<{ productId: string }>(
      `SELECT product_id AS productId FROM stock GROUP BY product_id
       HAVING SUM(available) < :below ORDER BY SUM(available), product_id LIMIT :limit`,
      { below, limit },
    );
    return this.of(products.map(({ productId }) => productId));
  }

  /**
   * Adds to the stock and writes down why and when (milliseconds since 1970); changes nothing when it would fall below zero.
   *
   * @returns whether it was done, and the stock then, which an unknown product has not
   */
  adjust(productId: string, { warehouseId, delta, reason }: Adjustment, at: number): Promise<AdjustmentResult> {
    return this.database.transaction(async (queries) => {
      const changed = await queries.run(
        `UPDATE stock SET available = available + :delta
         WHERE product_id = :productId AND warehouse_id = :warehouseId AND available + :delta >= 0`,
        { productId, warehouseId, delta },
      );
      if (changed > 0) {
        await queries.run(
          `INSERT INTO adjustments (product_id, warehouse_id, delta, reason, created_at)
           VALUES (:productId, :warehouseId, :delta, :reason, :at)`,
          { productId, warehouseId, delta, reason, at },
        );
      }
      const [stock] = await stockOf(queries, [productId]);
      return { done: changed > 0, stock };
    });
  }
}

async function stockOf(queries: Queries, productIds: readonly string[]): Promise<Stock[]> {
  const rows = await queries.all<StockRow>(
    `${SELECT} WHERE product_id IN (SELECT value FROM json_each(:ids)) ORDER BY warehouses.id`,
    { ids: JSON.stringify(productIds) },
  );
  return productIds.flatMap((productId) => {
    const own = rows.filter((row) => row.productId === productId);
    if (own.length === 0) return [];
    const warehouses = own.map(({ id, name, available }) => ({ id, name, available }));
    return [{ productId, available: own.reduce((sum, row) => sum + row.available, 0), warehouses }];
  });
}
