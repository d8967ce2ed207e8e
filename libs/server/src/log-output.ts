import { type Clock, systemClock, type Timer } from '@portico/core';
import type { DestinationStream } from 'pino';
import type { Outlet } from './outlet.ts';

/** Bytes that are written at once: fewer calls of the system cost less. */
const CHUNK = 8_192;
/** Milliseconds from one attempt to the next while the reader takes something; they double while it takes nothing. */
const FIRST_RETRY = 10;
const LAST_RETRY = 500;
/** Up to this delay each further chunk is an occasion to ask again; a reader that takes nothing for longer is asked by the timer only. */
const PATIENCE = 100;
/** Milliseconds that the end of the process waits for a reader. */
const LAST_FLUSH = 1_000;

/** Where a log goes, and what is kept for it. */
export interface LogOutputOptions {
  readonly outlet: Pick<Outlet, 'take' | 'retry' | 'failure'>;
  /** Bytes that wait for a reader at most, one further chunk aside. */
  readonly maxBytes: number;
  /** Milliseconds that a line may wait for others to be written with. */
  readonly delay: number;
  /** The line, with its line break, that stands where lines are missing. `failure`: a system code such as `EAGAIN`. */
  readonly describeDropped: (count: number, failure: string) => string;
  /** Default the machine's. */
  readonly clock?: Clock;
}

/**
 * The lines of a log on their way out. No line ever waits for its reader: what the reader does not take is kept up to a
 * bound, then lines are dropped and counted, and a line says how many once there is room again. Request lines, whose number
 * others decide, get three quarters of the room; the rest is for what the process itself has to say.
 */
export class LogOutput implements DestinationStream {
  /** The same output for request lines. */
  readonly requests: DestinationStream;
  /** Lines that nobody has tried to write yet. */
  private text = '';
  /** What the reader did not take, the oldest first. */
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private dropped = 0;
  private failure = '';
  private retryDelay = FIRST_RETRY;
  private timer: Timer | undefined;
  private readonly clock: Clock;

  constructor(private readonly options: LogOutputOptions) {
    this.clock = options.clock ?? systemClock;
    const { maxBytes } = options;
    this.requests = { write: (line) => this.add(line, this.dropped > 0 ? maxBytes / 2 : (maxBytes * 3) / 4) };
  }

  write(line: string): void {
    this.add(line, this.options.maxBytes);
  }

  /** Writes what the reader takes now. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.setAside();
    if (!this.writeWaiting()) {
      this.timer = this.clock.after(this.retryDelay, () => this.flush());
    } else if (this.dropped > 0) {
      this.text = this.takeNote();
      this.flush();
    }
  }

  /** Writes what is left when the process ends, and waits for a slow reader up to a second. */
  end(): void {
    this.text += this.takeNote();
    this.setAside();
    this.options.outlet.retry(() => this.writeWaiting(), LAST_FLUSH);
  }

  private add(line: string, room: number): void {
    if (this.waiting.length > 0 || line.length > CHUNK) {
      if (!this.fits(line, room)) return this.drop();
      this.text += this.takeNote();
    }
    this.text += line;
    if (this.text.length < CHUNK) this.timer ??= this.clock.after(this.options.delay, () => this.flush());
    else if (this.retryDelay <= PATIENCE) this.flush();
    else this.setAside();
  }

  private drop(): void {
    this.dropped++;
    this.timer ??= this.clock.after(this.options.delay, () => this.flush());
  }

  private fits(line: string, room: number): boolean {
    return this.waitingBytes + Buffer.byteLength(this.text) + Buffer.byteLength(line) <= room;
  }

  private takeNote(): string {
    if (this.dropped === 0) return '';
    const note = this.options.describeDropped(this.dropped, this.failure);
    this.dropped = 0;
    return note;
  }

  private setAside(): void {
    if (this.text === '') return;
    const chunk = Buffer.from(this.text);
    this.text = '';
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
  }

  /** @returns whether nothing is left */
  private writeWaiting(): boolean {
    const { outlet } = this.options;
    while (this.waiting.length > 0) {
      const chunk = this.waiting[0]!;
      const taken = outlet.take(chunk);
      this.waitingBytes -= taken;
      this.failure = outlet.failure ?? this.failure;
      this.retryDelay = taken > 0 ? FIRST_RETRY : Math.min(this.retryDelay * 2, LAST_RETRY);
      if (taken < chunk.length) {
        if (taken > 0) this.waiting[0] = chunk.subarray(taken);
        return false;
      }
      this.waiting.shift();
    }
    this.retryDelay = FIRST_RETRY;
    return true;
  }
}
