import { BffError, type RequestContext } from '@portico/core';
import type { UpstreamRequest, UpstreamResponse } from '../../send.ts';

/** One of the two copies of a call, which can be cancelled alone. */
export interface Attempt {
  readonly request: UpstreamRequest;
  readonly ctx: RequestContext;
}

/** An answer with the attempt that got it. */
export interface Arrival {
  readonly attempt: Attempt;
  readonly response: UpstreamResponse;
}

/**
 * Which of two attempts answers a call: the first usable answer wins and the other attempt is cancelled; while one runs, the
 * other's failure or 5xx decides nothing.
 */
export class Race {
  /** The answer that counts; fails when both attempts did. */
  readonly winner: Promise<Arrival>;
  private resolve!: (winner: Arrival) => void;
  private reject!: (error: unknown) => void;
  private running = 2;
  private isSettled = false;
  /** A 5xx, in case that nothing better comes. */
  private poor: Arrival | undefined;
  private failure: unknown;

  constructor(
    private readonly first: Attempt,
    private readonly copy: Attempt,
  ) {
    this.winner = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** An attempt was answered. */
  take(attempt: Attempt, response: UpstreamResponse): void {
    this.running--;
    const arrival = { attempt, response };
    if (this.isSettled) discard(arrival);
    else if (response.status >= 500 && this.running > 0) this.poor = arrival;
    else this.settle(arrival);
  }

  /** An attempt failed. */
  miss(attempt: Attempt, error: unknown): void {
    this.running--;
    attempt.ctx.finish();
    if (this.isSettled) return;
    // Why the first attempt failed says more than why its copy did.
    if (attempt === this.first || this.failure === undefined) this.failure = error;
    if (this.running > 0) return;
    if (this.poor) this.resolve(this.poor);
    else this.reject(this.failure);
  }

  private settle(arrival: Arrival): void {
    this.isSettled = true;
    if (this.poor) discard(this.poor);
    if (this.running > 0) cancel(arrival.attempt === this.first ? this.copy : this.first);
    this.resolve(arrival);
  }
}

/** As if its client had left, which no gate takes for a failure of the upstream. */
function cancel({ ctx }: Attempt): void {
  ctx.abort(new BffError('client-aborted', { cause: 'another attempt was faster' }));
}

function discard({ attempt, response: { body } }: Arrival): void {
  if (!('chunks' in body)) body.destroy();
  attempt.ctx.finish();
}
