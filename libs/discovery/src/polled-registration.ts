import { systemClock } from '@portico/core';
import { events, type RegistrationEvent } from './events.ts';
import { Poller, reasonOf } from './poller.ts';
import type { Registration, RegistrationOptions } from './registration.ts';
import { ToldReasons } from './told-reasons.ts';

/** How a registration keeps its entry. */
export interface KeepingOptions extends Pick<RegistrationOptions, 'clock' | 'random'> {
  /** `consul` or `eureka`, as events name it. */
  readonly kind: string;
  /** Milliseconds between two rounds. */
  readonly interval: number;
  /** Longest wait after failures in milliseconds. Default the poller's. */
  readonly maxBackoff?: number;
}

/** What all registrations are that keep their entry by a poller of their own, and take it away once no round is under way. */
export abstract class PolledRegistration implements Registration {
  /** The entry's, as events name it. */
  protected abstract readonly id: string;
  private readonly kind: string;
  private readonly poller: Poller;
  private state: RegistrationEvent['state'] | undefined;
  private isEntered = false;
  private readonly told = new ToldReasons();
  /** The round under way, or the last one; undefined: there is nothing to take away. */
  private round: Promise<void> | undefined;

  protected constructor({ clock = systemClock, random = Math.random, interval, kind, maxBackoff }: KeepingOptions) {
    this.kind = kind;
    const poll = async (signal: AbortSignal): Promise<number> => {
      this.round = this.keep(signal);
      await this.round;
      if (!signal.aborted) this.tell('registered');
      return interval;
    };
    this.poller = new Poller({ poll, onFailure: (reason) => this.tell('failed', reason), maxBackoff, clock, random });
  }

  async start(): Promise<void> {
    this.poller.start();
    await this.round?.catch(() => undefined);
  }

  announce(_isReady: boolean): void {}

  async close(): Promise<void> {
    this.poller.close();
    const { round } = this;
    this.round = undefined;
    if (round === undefined) return;
    // A registration on its way must not arrive after the removal.
    await round.catch(() => undefined);
    try {
      await this.remove();
      // One that was refused may have been obeyed all the same, but nobody was told of an entry.
      if (this.isEntered) this.tell('deregistered');
    } catch (error) {
      this.tell('failed', reasonOf(error));
    }
  }

  /** Makes the entry, or sees that it is still there. Begins nothing new once the signal is aborted. */
  protected abstract keep(signal: AbortSignal): Promise<void>;

  /** Takes the entry away; one that is not there is no error. */
  protected abstract remove(): Promise<void>;

  /** Begins the next round now. */
  protected wake(): void {
    this.poller.wake();
  }

  private tell(state: RegistrationEvent['state'], failure?: string): void {
    if (failure === undefined ? state === this.state : !this.told.isNews(failure)) return;
    if (failure === undefined) this.told.clear();
    if (state === 'registered') this.isEntered = true;
    this.state = state;
    events.registration.publish({ kind: this.kind, id: this.id, state, failure } satisfies RegistrationEvent);
  }
}
