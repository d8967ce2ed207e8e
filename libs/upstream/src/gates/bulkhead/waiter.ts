import type { BffError, RequestContext, Timer } from '@portico/core';
import type { Line } from './line.ts';

/** The two ends of the promise of a waiter. */
export interface Settlers {
  resolve(): void;
  reject(error: BffError): void;
}

/** Someone who waits in a line for a turn, until it comes, takes too long, or the request is given up. */
export class Waiter {
  private static arrivals = 0;

  /** Who came earlier has the lower one, at all upstreams. */
  readonly arrival = Waiter.arrivals++;
  private readonly timer: Timer;

  /** @param patience milliseconds */
  constructor(
    private readonly line: Line,
    patience: number,
    private readonly ctx: RequestContext,
    private readonly settlers: Settlers,
  ) {
    this.timer = ctx.clock.after(patience, () => this.giveUp(line.refusal));
  }

  /** Begins to listen whether the request is given up; called when it stands in line. */
  watch(): void {
    this.ctx.onAbort(this.giveUp);
  }

  /** Its turn has come. */
  enter(): void {
    this.end();
    this.settlers.resolve();
  }

  private readonly giveUp = (reason: BffError): void => {
    this.end();
    this.settlers.reject(reason);
    this.line.leave(this);
  };

  private end(): void {
    this.timer.cancel();
    this.ctx.offAbort(this.giveUp);
  }
}
