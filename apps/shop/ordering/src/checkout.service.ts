import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import { BasketClient } from './basket.client.ts';
import { type Checkout as Entry, CheckoutRepository, type Claim } from './checkout.repository.ts';
import { CheckoutSteps } from './checkout.steps.ts';
import { type Checkout, type Order, placedOrder } from './order.ts';

/** Milliseconds for which one worker may be busy with a checkout; longer than all its calls together can take. */
export const LEASE = 30_000;

interface Running {
  readonly bodyHash: string;
  readonly order: Promise<Order>;
}

/** Under which key a checkout runs: the one given, which holds no blank, after the customer's id and a blank where there is a customer. */
interface Ordering {
  readonly key: string;
  readonly bodyHash: string;
  readonly sub: string | undefined;
}

/** Turns baskets into orders, each key once. */
@Injectable()
export class CheckoutService {
  readonly #running = new Map<string, Running>();

  constructor(
    private readonly settings: ServiceSettings,
    private readonly journal: CheckoutRepository,
    private readonly baskets: BasketClient,
    private readonly steps: CheckoutSteps,
  ) {}

  /**
   * Orders what is in a basket. The same key and body gives the same order again, also when both come at the same time: the second waits
   * for the first. A failure leaves nothing behind, so the same key may be used for the next attempt.
   *
   * @param sub the customer who orders, whose keys are their own; undefined for a guest
   * @throws Problem 409 for an empty basket, too few pieces, or a basket that is ordered already; 422 for an unknown basket, or a key that
   *   was used with another body; 502 when another service fails; 503 with Retry-After when it is open whether the order was placed
   */
  async place(givenKey: string, checkout: Checkout, sub?: string): Promise<Order> {
    const key = sub === undefined ? givenKey : `${sub} ${givenKey}`;
    const bodyHash = createHash('sha256').update(JSON.stringify(checkout)).digest('base64url');
    const running = this.#running.get(key);
    if (running) {
      if (running.bodyHash !== bodyHash) throw problems['other-body']();
      return running.order;
    }
    const order = this.#claimAndPlace({ key, bodyHash, sub }, checkout).finally(() => this.#running.delete(key));
    this.#running.set(key, { bodyHash, order });
    return order;
  }

  async #claimAndPlace({ key, bodyHash, sub }: Ordering, checkout: Checkout): Promise<Order> {
    const now = this.settings.clock.epoch();
    const claim = await this.journal.claim({ key, bodyHash, basketId: checkout.basketId, now, lease: now + LEASE });
    if (claim.kind === 'placed') return claim.order;
    if (claim.kind !== 'ours') throw problems[claim.kind]();
    const draft = claim.checkout.draft ?? (await this.#prepare(claim.checkout, checkout, sub));
    return this.steps.sell({ ...claim.checkout, draft });
  }

  /** Reads the basket and reserves its pieces; whatever fails, the key is free again. */
  async #prepare(
    entry: Entry,
    { basketId, customer: contact, address }: Checkout,
    sub: string | undefined,
  ): ReturnType<CheckoutSteps['reserve']> {
    try {
      const lines = await this.baskets.lines(basketId);
      if (!lines) throw new Problem(422, 'There is no such basket.', [{ field: 'basketId', message: 'is not known' }]);
      if (lines.length === 0) throw new Problem(409, 'The basket is empty.');
      const customer = { ...contact, ...(sub !== undefined && { sub }) };
      const id = `o-${randomBytes(16).toString('base64url')}`;
      return await this.steps.reserve(entry, placedOrder({ id, lines, customer, address, at: this.settings.now() }));
    } catch (error) {
      await this.journal.drop(entry);
      throw error;
    }
  }
}

const busy = (detail: string): Problem => new Problem(409, detail, undefined, { 'retry-after': '1' });

const problems: Readonly<Record<Exclude<Claim['kind'], 'ours' | 'placed'>, () => Problem>> = {
  'other-body': () =>
    new Problem(422, 'The key was used with another body.', [
      { field: 'idempotency-key', message: 'belongs to another request' },
    ]),
  busy: () => busy('The order of this key is being placed.'),
  'basket-busy': () => busy('The basket is being ordered with another key.'),
  'basket-placed': () => new Problem(409, 'The basket was ordered already.'),
};
