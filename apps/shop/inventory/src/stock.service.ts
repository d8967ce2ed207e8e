import { Injectable } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import type { Adjustment, Stock, Warehouse } from './inventory.schemas.ts';
import { ReservationRepository } from './reservation.repository.ts';
import { StockRepository } from './stock.repository.ts';

/** What is there, after the pieces of reservations whose time is over have come back. */
@Injectable()
export class StockService {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly stock: StockRepository,
    private readonly reservations: ReservationRepository,
  ) {}

  /** All warehouses. */
  warehouses(): Promise<Warehouse[]> {
    return this.stock.warehouses();
  }

  /** The stock of one product. @throws Problem 404 for an unknown one */
  async one(productId: string): Promise<Stock> {
    const [stock] = await this.many([productId]);
    if (!stock) throw Problem.notFound('product', productId);
    return stock;
  }

  /** The stock of the products, in the order asked; unknown ones are left out. */
  async many(productIds: readonly string[]): Promise<Stock[]> {
    await this.reservations.expire(this.settings.clock.epoch());
    return this.stock.of(productIds);
  }

  /** The products with fewer pieces than `below`, fewest first. */
  async below(below: number, limit: number): Promise<Stock[]> {
    await this.reservations.expire(this.settings.clock.epoch());
    return this.stock.below(below, limit);
  }

  /**
   * Adds pieces to a product's stock in one warehouse, or takes them away.
   *
   * @returns the stock after it
   * @throws Problem 404 for an unknown product, 422 for an unknown warehouse, 409 when fewer pieces are there than go
   */
  async adjust(productId: string, adjustment: Adjustment): Promise<Stock> {
    const now = this.settings.clock.epoch();
    await this.reservations.expire(now);
    const { done, stock } = await this.stock.adjust(productId, adjustment, now);
    if (!stock) throw Problem.notFound('product', productId);
    if (done) return stock;
    const warehouse = stock.warehouses.find(({ id }) => id === adjustment.warehouseId);
    if (!warehouse) {
      throw new Problem(422, 'There is no such warehouse.', [{ field: 'warehouseId', message: 'is not known' }]);
    }
    const message = `would leave less than nothing: ${warehouse.available} pieces are there`;
    throw new Problem(409, `The stock cannot fall below zero.`, [{ field: 'delta', message }]);
  }
}
