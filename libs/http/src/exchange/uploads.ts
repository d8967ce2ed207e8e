import {
  BffError,
  type Clock,
  FOR_STRANGERS,
  holderOf,
  type RequestContext,
  type Share,
  shareToTakeBack,
  systemClock,
  type Timer,
} from '@portico/core';
import type { RequestBody } from './request-body.ts';

/** Bytes of request bodies in memory at one time, where no setting says it. */
export const DEFAULT_UPLOAD_MEMORY = 64 * 1024 ** 2;

/** Milliseconds between two looks at how fast bodies come. */
const LOOK = 1_000;

/** The least that a request's body must come at. */
export interface LeastRate {
  /** Bytes a second, on average over the window; 0: no limit. */
  readonly minRate: number;
  /** Milliseconds. */
  readonly rateWindow: number;
}

/** One request's body on its way. */
export class Upload implements Share {
  readonly client: string;
  readonly isKnown: boolean;
  /** Bytes of memory that it holds. */
  amount = 0;
  /** Its place in the list of `Uploads`. */
  index = 0;
  readonly startedAt: number;
  windowStart: number;
  atWindowStart = 0;

  constructor(
    readonly body: RequestBody,
    readonly least: LeastRate,
    ctx: RequestContext,
    now: number,
  ) {
    this.client = holderOf(ctx);
    this.isKnown = ctx.principal !== undefined;
    this.startedAt = this.windowStart = now;
  }
}

/**
 * All bodies of requests under way: bounds the memory that they are held in, and ends those that come too slowly. When the memory
 * is full, the slowest body of the client that holds most gives way; callers who are logged in never give way to others.
 */
export class Uploads {
  /** Not a `Set`, which costs more than the rest when it is filled and emptied all the time (see `InFlight` of the server). */
  private readonly all: Upload[] = [];
  private known = 0;
  private strangers = 0;
  private readonly forStrangers: number;
  private timer: Timer | undefined;

  /** @param memory bytes held at one time; default 64 MiB */
  constructor(
    private readonly memory = DEFAULT_UPLOAD_MEMORY,
    private readonly clock: Clock = systemClock,
  ) {
    this.forStrangers = Math.floor(memory * FOR_STRANGERS);
  }

  /** A body begins; it is forgotten when it closes. */
  begin(body: RequestBody, least: LeastRate, ctx: RequestContext): Upload {
    const upload = new Upload(body, least, ctx, this.clock.now());
    upload.index = this.all.push(upload) - 1;
    body.once('close', () => this.forget(upload));
    this.timer ??= this.clock.after(LOOK, this.look);
    return upload;
  }

  /** Bytes of memory that a body holds from now on. False: there is no room for them, it is ended. */
  hold(upload: Upload, bytes: number): boolean {
    const more = bytes - upload.amount;
    while (this.lacks(upload, more)) {
      const victim = this.victimFor(upload, more);
      this.release(victim);
      victim.body.destroy(new BffError('client-too-slow', { cause: 'its memory went to another client' }));
      if (victim === upload) return false;
    }
    this.count(upload, more);
    return true;
  }

  /** Gives the memory of a body back. */
  release(upload: Upload): void {
    this.count(upload, -upload.amount);
  }

  private lacks({ isKnown }: Upload, more: number): boolean {
    const isFull = this.known + this.strangers + more > this.memory;
    return isFull || (!isKnown && this.strangers + more > this.forStrangers);
  }

  private victimFor(asking: Upload, more: number): Upload {
    const now = this.clock.now();
    const rivals = this.all.filter(({ isKnown, amount }) => isKnown === asking.isKnown && amount > 0);
    const speedOf = ({ body, startedAt }: Upload): number =>
      body.waitsForClient ? body.bytesRead / Math.max(1, now - startedAt) : Infinity;
    return shareToTakeBack(rivals, speedOf, { client: asking.client, amount: more }) ?? asking;
  }

  private count(upload: Upload, more: number): void {
    upload.amount += more;
    if (upload.isKnown) this.known += more;
    else this.strangers += more;
  }

  private forget(upload: Upload): void {
    const last = this.all.pop()!;
    if (last === upload) return;
    this.all[upload.index] = last;
    last.index = upload.index;
  }

  private readonly look = (): void => {
    const now = this.clock.now();
    for (const upload of [...this.all]) this.lookAt(upload, now);
    this.timer = this.all.length > 0 ? this.clock.after(LOOK, this.look) : undefined;
  };

  /** Time in which the upstream takes nothing is not the client's. */
  private lookAt(upload: Upload, now: number): void {
    const { body, least, windowStart, atWindowStart } = upload;
    if (body.waitsForClient && now - windowStart < least.rateWindow) return;
    const came = body.bytesRead - atWindowStart;
    if (body.waitsForClient && came * 1_000 < least.minRate * least.rateWindow) {
      body.destroy(new BffError('client-too-slow', { cause: `it sent less than ${least.minRate} bytes a second` }));
      return;
    }
    upload.windowStart = now;
    upload.atWindowStart = body.bytesRead;
  }
}
