import { BffError, type Clock, type RequestContext, type Timer } from '@portico/core';
import { events } from '../../events.ts';
import type { HedgePolicy } from '../../policies/hedge.policy.ts';
import { type Send, type UpstreamRequest, type UpstreamResponse, whenTaken } from '../../send.ts';
import type { RetryBudget } from '../retry/retry-budget.ts';
import type { LatencyPercentile } from './latency-percentile.ts';

/** What all hedged calls to an upstream have in common. */
export interface Hedging {
  readonly policy: HedgePolicy;
  readonly budget: Pick<RetryBudget, 'take'>;
  readonly upstream: string;
  readonly next: Send;
  /** Of first attempts that gave a usable answer. */
  readonly latencies: LatencyPercentile;
}

/** One of the two copies of a call, which can be cancelled alone. */
interface Attempt {
  readonly request: UpstreamRequest;
  readonly ctx: RequestContext;
}

/** The two ends of the promise that a call settles. */
interface Settlers {
  resolve(response: UpstreamResponse): void;
  reject(error: unknown): void;
}

/**
 * A call that is sent a second time when its answer is late. The first usable answer wins and the other attempt is
 * cancelled; while one attempt runs, the other's failure or 5xx decides nothing.
 */
export class HedgedCall {
  private readonly first: Attempt;
  private copy: Attempt | undefined;
  private readonly clock: Clock;
  private readonly startedAt: number;
  /** What stages inside add to the headers is not the copy's. */
  private readonly headersLength: number;
  private timer: Timer | undefined;
  private running = 0;
  private isSettled = false;
  /** A 5xx, in case that nothing better comes. */
  private poor: { readonly attempt: Attempt; readonly response: UpstreamResponse } | undefined;
  private failure: unknown;

  constructor(
    private readonly hedging: Hedging,
    request: UpstreamRequest,
    private readonly ctx: RequestContext,
    private readonly promise: Settlers,
  ) {
    this.clock = ctx.clock;
    this.first = { request, ctx: ctx.child() };
    this.startedAt = this.first.ctx.startedAt;
    this.headersLength = request.headers.length;
  }

  /** Sends the first attempt, and the copy once its time has come. */
  start(): void {
    const { policy, latencies } = this.hedging;
    const delay = Math.min(policy.maxDelay, Math.max(policy.minDelay, latencies.value ?? 0));
    this.timer = this.clock.after(delay, () => this.sendCopy());
    this.send(this.first);
  }

  private sendCopy(): void {
    const { budget, upstream } = this.hedging;
    if (this.isSettled || this.ctx.aborted) return;
    const allowed = budget.take(this.clock.now());
    if (events.attempt.hasSubscribers) events.attempt.publish({ upstream, kind: 'hedge', allowed, after: 'slow' });
    if (!allowed) return;
    const { request } = this.first;
    const { instance, avoid = [] } = request;
    this.copy = {
      request: {
        ...request,
        headers: request.headers.slice(0, this.headersLength),
        instance: undefined,
        avoid: instance ? [...avoid, instance] : avoid,
      },
      ctx: this.ctx.child(),
    };
    this.send(this.copy);
  }

  private send(attempt: Attempt): void {
    this.running++;
    this.hedging.next(attempt.request, attempt.ctx).then(
      (response) => this.take(attempt, response),
      (error: unknown) => this.miss(attempt, error),
    );
  }

  private take(attempt: Attempt, response: UpstreamResponse): void {
    this.running--;
    if (this.isSettled) discard(attempt, response);
    else if (response.status >= 500 && this.running > 0) this.poor = { attempt, response };
    else this.answer(attempt, response);
  }

  private miss(attempt: Attempt, error: unknown): void {
    this.running--;
    attempt.ctx.finish();
    if (this.isSettled) return;
    // Why the first attempt failed says more than why there was no second one.
    if (attempt === this.first || this.failure === undefined) this.failure = error;
    if (this.running > 0) return;
    const { poor } = this;
    this.poor = undefined;
    if (poor) return this.answer(poor.attempt, poor.response);
    this.settle();
    this.promise.reject(this.failure);
  }

  private answer(attempt: Attempt, response: UpstreamResponse): void {
    this.settle();
    // When the copy was faster, the first attempt would have taken at least this long.
    if (response.status < 500) this.hedging.latencies.record(this.clock.now() - this.startedAt);
    if (this.poor) discard(this.poor.attempt, this.poor.response);
    if (this.running > 0) this.cancelOther(attempt);
    this.first.request.instance = attempt.request.instance;
    whenTaken(response, () => attempt.ctx.finish());
    this.promise.resolve(response);
  }

  private settle(): void {
    this.isSettled = true;
    this.timer?.cancel();
  }

  /** As if its client had left, which no stage takes for a failure of the upstream. */
  private cancelOther(attempt: Attempt): void {
    const other = attempt === this.first ? this.copy! : this.first;
    other.ctx.abort(new BffError('client-aborted', { cause: 'another attempt was faster' }));
  }
}

function discard({ ctx }: Attempt, { body }: UpstreamResponse): void {
  if (!('chunks' in body)) body.destroy();
  ctx.finish();
}
