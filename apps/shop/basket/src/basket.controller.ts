import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput } from '@portico/shop-kit';
import { z } from 'zod';
import { additionSchema, type Basket, basketSchema, quantityChangeSchema } from './basket.ts';
import { BasketService } from './basket.service.ts';

const basketParams = z.object({ id: z.string().min(1).max(100) });
const lineParams = basketParams.extend({ lineId: z.string().min(1).max(100) });

/** Baskets and their lines. */
@Controller()
export class BasketController {
  constructor(private readonly baskets: BasketService) {}

  @Endpoint({ method: 'POST', path: '/baskets', summary: 'A new, empty basket', status: 201, answer: basketSchema })
  create(): Promise<Basket> {
    return this.baskets.create();
  }

  @Endpoint({
    method: 'GET',
    path: '/baskets/:id',
    summary: 'One basket',
    params: basketParams,
    answer: basketSchema,
    problems: [404],
  })
  one({ params }: EndpointInput<{ params: typeof basketParams }>): Promise<Basket> {
    return this.baskets.one(params.id);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/baskets/:id',
    summary: 'Removes a basket; may be repeated',
    status: 204,
    params: basketParams,
  })
  remove({ params }: EndpointInput<{ params: typeof basketParams }>): Promise<void> {
    return this.baskets.remove(params.id);
  }

  @Endpoint({
    method: 'POST',
    path: '/baskets/:id/lines',
    summary: 'Adds pieces of a product at its present price; the same product and variant adds up',
    status: 201,
    params: basketParams,
    body: additionSchema,
    answer: basketSchema,
    problems: [404, 409, 422, 502],
  })
  add({ params, body }: EndpointInput<{ params: typeof basketParams; body: typeof additionSchema }>): Promise<Basket> {
    return this.baskets.add(params.id, body);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/baskets/:id/lines/:lineId',
    summary: 'Sets the pieces of a line',
    params: lineParams,
    body: quantityChangeSchema,
    answer: basketSchema,
    problems: [404],
  })
  setQuantity({
    params,
    body,
  }: EndpointInput<{ params: typeof lineParams; body: typeof quantityChangeSchema }>): Promise<Basket> {
    return this.baskets.setQuantity(params.id, params.lineId, body.quantity);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/baskets/:id/lines/:lineId',
    summary: 'Takes a line out and answers the basket',
    params: lineParams,
    answer: basketSchema,
    problems: [404],
  })
  removeLine({ params }: EndpointInput<{ params: typeof lineParams }>): Promise<Basket> {
    return this.baskets.removeLine(params.id, params.lineId);
  }
}
