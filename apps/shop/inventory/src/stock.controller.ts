import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, idsParameter, limitOf, listOf } from '@portico/shop-kit';
import { z } from 'zod';
import {
  adjustmentSchema,
  productIdSchema,
  type Stock,
  stockSchema,
  type Warehouse,
  warehouseSchema,
} from './inventory.schemas.ts';
import { StockService } from './stock.service.ts';

interface List<T> {
  items: T[];
  next: null;
}

const productParams = z.object({ productId: productIdSchema });

const stockQuery = z
  .object({
    ids: idsParameter.optional(),
    below: z.coerce.number().int().min(0).max(1_000_000).optional(),
    limit: limitOf(20),
  })
  .refine(({ ids, below }) => (ids === undefined) !== (below === undefined), {
    path: ['ids'],
    message: 'exactly one of ids and below is needed',
  });

/** What is in stock, and corrections of it. */
@Controller()
export class StockController {
  constructor(private readonly stock: StockService) {}

  @Endpoint({
    method: 'GET',
    path: '/stock',
    summary: 'Stock of the products asked for (ids), or of those running low (below)',
    query: stockQuery,
    answer: listOf(stockSchema),
  })
  async list({ query: { ids, below, limit } }: EndpointInput<{ query: typeof stockQuery }>): Promise<List<Stock>> {
    if (ids) return { items: await this.stock.many(ids), next: null };
    return { items: await this.stock.below(below ?? 0, limit), next: null };
  }

  @Endpoint({
    method: 'GET',
    path: '/stock/:productId',
    summary: 'Stock of one product',
    params: productParams,
    answer: stockSchema,
    problems: [404],
  })
  one({ params }: EndpointInput<{ params: typeof productParams }>): Promise<Stock> {
    return this.stock.one(params.productId);
  }

  @Endpoint({
    method: 'POST',
    path: '/stock/:productId/adjustments',
    summary: 'Adds pieces to a warehouse or takes them away; answers the stock after it',
    status: 201,
    params: productParams,
    body: adjustmentSchema,
    answer: stockSchema,
    problems: [404, 409, 422],
  })
  adjust({
    params,
    body,
  }: EndpointInput<{ params: typeof productParams; body: typeof adjustmentSchema }>): Promise<Stock> {
    return this.stock.adjust(params.productId, body);
  }

  @Endpoint({ method: 'GET', path: '/warehouses', summary: 'All warehouses', answer: listOf(warehouseSchema) })
  async warehouses(): Promise<List<Warehouse>> {
    return { items: await this.stock.warehouses(), next: null };
  }
}
