import type { Readable } from 'node:stream';
import type { Clock, Timer } from '@portico/core';
import { ApiError } from './api-error.ts';
import type { SliceClient } from './slice-client.ts';
import { parseWatchEvent, type WatchEvent } from './watch-event.ts';
import { linesOf } from './watch-stream.ts';

/**
 * Seconds after which the server ends a watch, drawn anew for each, so that gateways do not come back together. Before it does it names
 * the version in a bookmark, so the next watch goes on from there.
 */
const SHORTEST = 16;
const LONGEST = 20;
/**
 * Milliseconds without a line after which a watch counts as dead, though its connection stands: longer than any watch lasts. A version
 * from the future, of a cluster that was set up anew, is found out so too: no event ever follows it.
 */
const SILENCE = 24_000;
/** Milliseconds; what fails sooner after a list would fail after the next one too, so that one is put off. */
const LASTING = 1_000;

/** Where a watch reads, and who is told. */
export interface SliceWatchOptions {
  readonly client: SliceClient;
  /** Hears of the events that arrived together. */
  readonly onEvents: (events: readonly WatchEvent[]) => void;
  /** Hears, in one sentence, that a watch was given up because it said nothing. */
  readonly onSilence: (reason: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Watches on from a list, one watch after the other, until the thread is lost and a new list is needed. */
export class SliceWatch {
  constructor(private readonly options: SliceWatchOptions) {}

  /**
   * Returns when a new list is needed at once: the version has expired, the connection was cut or went silent.
   *
   * @throws Error when a new list would bring nothing and has to wait
   */
  async follow(listed: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    const since = clock.now();
    let version = listed;
    try {
      for (;;) version = await this.watchOnce(version, signal);
    } catch (error) {
      const hasToWait = error instanceof ApiError && error.retryAfter !== undefined;
      if (hasToWait || clock.now() - since < LASTING) throw error;
    }
  }

  /**
   * To the clean end of one watch; returns the last version it named. One that names none, not even in the bookmark before its
   * end, gets no further: its version may be from the future.
   */
  private async watchOnce(version: string, signal: AbortSignal): Promise<string> {
    const { clock, onEvents } = this.options;
    const began = clock.now();
    let reached: string | undefined;
    for await (const lines of this.open(version, signal)) {
      const events = lines.map(parseWatchEvent);
      onEvents(events);
      reached = events.at(-1)?.version;
    }
    const stuck = reached === version && clock.now() - began < LASTING;
    if (reached === undefined || stuck) throw new Error('the watch ended without a word');
    return reached;
  }

  /** The lines of one watch, cut off when it is silent or nobody wants them any more. */
  private async *open(version: string, signal: AbortSignal): AsyncGenerator<string[], void> {
    const { client, clock, random, onSilence } = this.options;
    // One of its own: a signal that lives long would keep what was tied to each watch.
    const stop = new AbortController();
    let stream: Readable | undefined;
    const giveUp = (): void => {
      stop.abort();
      stream?.destroy();
    };
    const hush = (): void => {
      onSilence(`the watch said nothing for ${SILENCE / 1_000} s`);
      giveUp();
    };
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    let silence: Timer | undefined;
    try {
      const seconds = Math.round(SHORTEST + (LONGEST - SHORTEST) * random());
      stream = await client.watch({ version, seconds, signal: stop.signal });
      silence = clock.after(SILENCE, hush);
      for await (const lines of linesOf(stream)) {
        silence.cancel();
        silence = clock.after(SILENCE, hush);
        yield lines;
      }
    } finally {
      silence?.cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }
}
