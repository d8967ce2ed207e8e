import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import { type Addition, type Basket, MAX_LINES, MAX_QUANTITY, presentBasket } from './basket.ts';
import { BasketRepository, type Change, type Refusal } from './basket.repository.ts';
import { CatalogClient } from './catalog.client.ts';

/** Baskets of guests: who knows the id may see and change the basket, so the id cannot be guessed. */
@Injectable()
export class BasketService {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly baskets: BasketRepository,
    private readonly catalog: CatalogClient,
  ) {}

  /** A new, empty basket. */
  async create(): Promise<Basket> {
    return presentBasket(await this.baskets.create(randomBytes(16).toString('base64url'), this.#now()));
  }

  /** One basket. @throws Problem 404 when it is unknown or its time is over */
  async one(id: string): Promise<Basket> {
    return present((await this.baskets.find(id, this.#now())) ?? 'no-basket');
  }

  /** Removes a basket; there need not be one. */
  remove(id: string): Promise<void> {
    return this.baskets.remove(id);
  }

  /**
   * Adds pieces of a product at its present price; to the line of the same product and variant, if there is one.
   *
   * @throws Problem 404 without such a basket, 422 for what catalog does not know, 409 when the basket cannot hold it
   */
  async add(id: string, { productId, variantId, quantity }: Addition): Promise<Basket> {
    await this.one(id);
    const article = await this.catalog.article(productId, variantId ?? null);
    const line = { id: randomBytes(8).toString('base64url'), quantity, ...article };
    return present(await this.baskets.add(id, line, this.#now()));
  }

  /** Sets the pieces of a line. @throws Problem 404 when there is no such basket or line */
  async setQuantity(id: string, lineId: string, quantity: number): Promise<Basket> {
    return present(await this.baskets.setQuantity(id, lineId, quantity, this.#now()));
  }

  /** Takes a line out. @throws Problem 404 when there is no such basket or line */
  async removeLine(id: string, lineId: string): Promise<Basket> {
    return present(await this.baskets.removeLine(id, lineId, this.#now()));
  }

  #now(): number {
    return this.settings.clock.epoch();
  }
}

const problems: Readonly<Record<Refusal, () => Problem>> = {
  'no-basket': () => new Problem(404, 'There is no such basket, or its time is over.'),
  'no-line': () => new Problem(404, 'There is no such line in the basket.'),
  full: () =>
    new Problem(409, 'The basket is full.', [
      { field: 'productId', message: `at most ${MAX_LINES} lines are possible` },
    ]),
  'too-many': () =>
    new Problem(409, 'The line would have too many pieces.', [
      { field: 'quantity', message: `at most ${MAX_QUANTITY} pieces of a line are possible` },
    ]),
};

function present(change: Change): Basket {
  if (typeof change === 'string') throw problems[change]();
  return presentBasket(change);
}
