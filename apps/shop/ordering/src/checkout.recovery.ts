import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ServiceSettings } from '@portico/shop-kit';
import type { Timer } from '@portico/core';
import { CheckoutRepository } from './checkout.repository.ts';
import { LEASE } from './checkout.service.ts';
import { CheckoutSteps } from './checkout.steps.ts';

/** Milliseconds after one look at unfinished checkouts until the next. */
export const RECOVERY_INTERVAL = 60_000;

/** Milliseconds for which a key gives the same answer again: a day. */
export const KEY_LIFETIME = 24 * 60 * 60 * 1000;

/** Finishes what was left open: at the start, and a minute after each time it looked. */
@Injectable()
export class CheckoutRecovery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('CheckoutRecovery');
  #timer: Timer | undefined;
  #looking = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly settings: ServiceSettings,
    private readonly journal: CheckoutRepository,
    private readonly steps: CheckoutSteps,
  ) {}

  /** Starts looking; the service does not wait for it, as the other services may not be up yet. */
  onApplicationBootstrap(): void {
    this.#look();
  }

  /** Stops looking, before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #look(): void {
    this.#looking = this.#recover()
      .catch((error: unknown) => this.#logger.error(String(error)))
      .then(() => {
        if (!this.#stopped) this.#timer = this.settings.clock.after(RECOVERY_INTERVAL, () => this.#look());
      });
  }

  async #recover(): Promise<void> {
    const now = this.settings.clock.epoch();
    await this.journal.forgetBefore(now - KEY_LIFETIME);
    await this.steps.recover(now + LEASE);
  }
}
