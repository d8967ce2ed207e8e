import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ServiceSettings } from '@portico/shop-kit';
import type { Timer } from '@portico/core';
import { CheckoutRepository } from './checkout.repository.ts';
import { LEASE } from './checkout.service.ts';
import { CheckoutSteps } from './checkout.steps.ts';

/** Milliseconds between two looks at unfinished checkouts. */
export const RECOVERY_INTERVAL = 60_000;

/** Milliseconds for which a key gives the same answer again: a day. */
export const KEY_LIFETIME = 24 * 60 * 60 * 1000;

/** Finishes what was left open, at the start and each minute. */
@Injectable()
export class CheckoutRecovery implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('CheckoutRecovery');
  #timer: Timer | undefined;

  constructor(
    private readonly settings: ServiceSettings,
    private readonly journal: CheckoutRepository,
    private readonly steps: CheckoutSteps,
  ) {}

  /** Starts looking; the service does not wait for it, as the other services may not be up yet. */
  onApplicationBootstrap(): void {
    this.#look();
  }

  /** Stops looking. */
  onApplicationShutdown(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    this.#timer = this.settings.clock.after(RECOVERY_INTERVAL, () => this.#look());
    this.#recover().catch((error: unknown) => this.#logger.error(String(error)));
  }

  async #recover(): Promise<void> {
    const now = this.settings.clock.epoch();
    await this.journal.forgetBefore(now - KEY_LIFETIME);
    await this.steps.recover(now + LEASE);
  }
}
