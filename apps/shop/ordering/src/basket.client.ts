import { Injectable } from '@nestjs/common';
import { moneySchema, Problem, ServiceClient, ServiceSettings } from '@portico/shop-kit';
import { z } from 'zod';
import type { LineInput } from './order.ts';

const basketSchema = z.object({
  lines: z.array(
    z.object({
      productId: z.string(),
      variantId: z.string().nullable(),
      name: z.string(),
      quantity: z.number().int().min(1),
      unitPrice: moneySchema,
    }),
  ),
});

/** Asks basket, at `BASKET_URL`. */
@Injectable()
export class BasketClient {
  readonly #basket: ServiceClient;

  constructor(settings: ServiceSettings) {
    const { BASKET_URL } = settings.read({ BASKET_URL: z.url().default('http://127.0.0.1:4003') });
    this.#basket = new ServiceClient('basket', BASKET_URL.replace(/\/+$/, ''));
  }

  /** What is in a basket; `undefined` when there is no such basket. @throws Problem 502 when basket cannot be asked */
  async lines(basketId: string): Promise<LineInput[] | undefined> {
    const answer = await this.#basket.call({ method: 'GET', path: `/baskets/${basketId}`, answer: basketSchema });
    return answer.ok ? answer.body.lines : undefined;
  }

  /** Deletes a basket; may be repeated. @throws Problem 502 when basket did not do it */
  async remove(basketId: string): Promise<void> {
    const answer = await this.#basket.call({ method: 'DELETE', path: `/baskets/${basketId}` });
    if (!answer.ok && answer.status !== 404) throw new Problem(502, 'The service basket did not delete the basket.');
  }
}
