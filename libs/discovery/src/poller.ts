import type { Clock, Timer } from '@portico/core';
import { lackOf, tellLack } from '@portico/net';

/** Share by which each wait is longer or shorter, so that many gateways do not ask at the same moment. */
const JITTER = 0.1;

/** What a poller asks, and how it waits in between. */
export interface PollerOptions {
  /**
   * Asks once and returns the milliseconds until it should ask again (0: at once). It gives each of its waits a deadline, throws
   * when it got no usable answer, and stops when the signal is aborted, which only `close()` does.
   */
  readonly poll: (signal: AbortSignal) => Promise<number>;
  /** Hears, in one sentence, why a round failed; not called after `close()`. */
  readonly onFailure: (reason: string) => void;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Upper bound in milliseconds of the wait after the first failure; it doubles with each further one. Default 1000. */
  readonly firstBackoff?: number;
  /** Upper bound in milliseconds of the wait after many failures. Default 30000. */
  readonly maxBackoff?: number;
}

/**
 * Asks a registry again and again, one round at a time: after an answer it waits as long as the round said, ± 10 %; after a
 * failure it backs off exponentially with full jitter (anything from 0 to the bound), so that a registry that returns is not
 * asked by everybody at once.
 */
export class Poller {
  private readonly closing = new AbortController();
  private timer: Timer | undefined;
  private failures = 0;
  private isAsking = false;
  private isWoken = false;

  constructor(private readonly options: PollerOptions) {}

  /** Begins the first round at once; call it once. */
  start(): void {
    void this.round();
  }

  /** Begins the next round now, or as soon as the one under way has ended. */
  wake(): void {
    if (this.closing.signal.aborted) return;
    this.isWoken = this.isAsking;
    if (this.isAsking || this.timer === undefined) return;
    this.timer.cancel();
    void this.round();
  }

  /** Aborts the round under way and begins no other. */
  close(): void {
    this.closing.abort();
    this.timer?.cancel();
  }

  private async round(): Promise<void> {
    this.isAsking = true;
    const wait = await this.ask();
    this.isAsking = false;
    if (this.closing.signal.aborted) return;
    this.timer = this.options.clock.after(this.isWoken ? 0 : wait, () => void this.round());
    this.isWoken = false;
  }

  /** One round; returns the milliseconds to wait after it. */
  private async ask(): Promise<number> {
    const { poll, onFailure, random } = this.options;
    try {
      const wait = await poll(this.closing.signal);
      this.failures = 0;
      return wait * (1 - JITTER + 2 * JITTER * random());
    } catch (error) {
      if (!this.closing.signal.aborted) onFailure(reasonOf(error));
      return random() * this.backoff();
    }
  }

  private backoff(): number {
    const { firstBackoff = 1_000, maxBackoff = 30_000 } = this.options;
    return Math.min(maxBackoff, firstBackoff * 2 ** this.failures++);
  }
}

/**
 * The message of an error, in one line of bounded length. Node's error of several failed connections has a code only. A lack of this machine is
 * told besides, and is not said of the registry.
 */
export function reasonOf(error: unknown): string {
  const lack = lackOf(error);
  if (lack !== undefined) {
    tellLack(lack, 'ask a registry or a name server');
    return `it could not be asked, this machine lacks the means (${lack})`;
  }
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  const reason = [message, code].find((text): text is string => typeof text === 'string' && text !== '');
  return (reason ?? 'unknown failure').replace(/\s+/g, ' ').slice(0, 200);
}
