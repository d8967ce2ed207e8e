import { Injectable, Logger } from '@nestjs/common';
import { Problem, ServiceSettings } from '@portico/shop-kit';
import { BasketClient } from './basket.client.ts';
import { type Checkout, CheckoutRepository, type Draft } from './checkout.repository.ts';
import { InventoryClient } from './inventory.client.ts';
import type { Order } from './order.ts';

/** A checkout whose pieces are reserved and whose order is drafted. */
export type DraftedCheckout = Checkout & { readonly draft: Draft };

/**
 * The steps of a checkout after the basket was read, and what undoes them. What a crash leaves behind after each:
 *
 * 1. key claimed: no trace outside; the key is free again when its lease ends.
 * 2. pieces reserved: inventory gives them back after 15 minutes.
 * 3. order drafted in the journal: nobody sees it yet. The next request with the key goes on with step 4; without one, `recover` releases
 *    the reservation and drops the draft.
 * 4. reservation committed: the moment of truth, decided by inventory alone. From here the order will be placed: a release is refused
 *    then, which is how `recover` learns that the pieces were sold.
 * 5. order placed, in one transaction with the journal's entry.
 * 6. basket deleted; when that fails the entry keeps the basket from being ordered again until `recover` has deleted it.
 */
@Injectable()
export class CheckoutSteps {
  readonly #logger = new Logger('Checkout');

  constructor(
    private readonly settings: ServiceSettings,
    private readonly journal: CheckoutRepository,
    private readonly baskets: BasketClient,
    private readonly inventory: InventoryClient,
  ) {}

  /** Steps 2 and 3. @throws Problem 409 when there are too few pieces; nothing is held then */
  async reserve(checkout: Checkout, order: Order): Promise<Draft> {
    const reservationId = await this.inventory.reserve(order.lines);
    const draft = { reservationId, order };
    try {
      if (await this.journal.saveDraft(checkout, draft)) return draft;
      throw new Problem(503, 'The checkout took too long; try it again.', undefined, { 'retry-after': '1' });
    } catch (error) {
      await this.inventory.release(reservationId).catch((failure: unknown) => this.#warn('release', failure));
      throw error;
    }
  }

  /** Steps 4 to 6. @returns the order that was placed */
  async sell(checkout: DraftedCheckout): Promise<Order> {
    if ((await this.#commit(checkout)) === 'given-back') {
      await this.journal.drop(checkout);
      throw new Problem(409, 'The pieces were not held any more; order again.');
    }
    await this.#place(checkout);
    return checkout.draft.order;
  }

  /** Brings to an end what a crash or a failing service left open. Failures are logged; the next call tries again. */
  async recover(lease: number): Promise<void> {
    for (const checkout of await this.journal.abandoned(this.settings.clock.epoch(), lease)) {
      await this.#settle(checkout).catch((error: unknown) => this.#warn('recovery', error));
    }
    for (const checkout of await this.journal.withBasket()) await this.#deleteBasket(checkout);
  }

  async #settle({ draft, ...checkout }: Checkout): Promise<void> {
    const end = draft ? await this.inventory.release(draft.reservationId) : 'given-back';
    if (draft && end === 'sold') await this.#place({ ...checkout, draft });
    else await this.journal.drop({ ...checkout, draft });
  }

  /** When the answer to a commit is lost, a release tells how it ended, or makes it end. */
  async #commit(checkout: DraftedCheckout): ReturnType<InventoryClient['commit']> {
    const { reservationId } = checkout.draft;
    try {
      return await this.inventory.commit(reservationId);
    } catch (error) {
      const end = await this.inventory.release(reservationId).catch(() => this.#leaveOpen(checkout));
      if (end === 'sold') return end;
      await this.journal.drop(checkout);
      throw error;
    }
  }

  async #leaveOpen(checkout: Checkout): Promise<never> {
    await this.journal.giveUp(checkout);
    const detail = 'It is not known yet whether the order was placed; ask again with the same key.';
    throw new Problem(503, detail, undefined, { 'retry-after': '5' });
  }

  async #place(checkout: DraftedCheckout): Promise<void> {
    await this.journal.place(checkout.key, checkout.draft.order, this.settings.clock.epoch());
    await this.#deleteBasket(checkout);
  }

  async #deleteBasket({ key, basketId }: Checkout): Promise<void> {
    try {
      await this.baskets.remove(basketId);
      await this.journal.basketDeleted(key);
    } catch (error) {
      this.#warn('deleting the basket', error);
    }
  }

  #warn(step: string, error: unknown): void {
    this.#logger.warn(`${step}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
