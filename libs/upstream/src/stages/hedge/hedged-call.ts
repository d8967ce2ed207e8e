import type { RequestContext } from '@portico/core';
import { events } from '../../events.ts';
import type { HedgePolicy } from '../../policies/hedge.policy.ts';
import { type Send, type UpstreamRequest, type UpstreamResponse, whenTaken } from '../../send.ts';
import type { RetryBudget } from '../retry/retry-budget.ts';
import type { LatencyPercentile } from './latency-percentile.ts';
import { type Attempt, Race } from './race.ts';

/** What all hedged calls to an upstream have in common. */
export interface Hedging {
  readonly policy: HedgePolicy;
  readonly budget: Pick<RetryBudget, 'take'>;
  readonly upstream: string;
  readonly next: Send;
  /** Of first attempts that gave a usable answer. */
  readonly latencies: LatencyPercentile;
}

/** A call that is sent a second time when its answer is late. */
export class HedgedCall {
  private readonly first: Attempt;
  /** What stages inside add to the headers is not the copy's. */
  private readonly headersLength: number;
  /** Once there is a copy. */
  private race: Race | undefined;

  constructor(
    private readonly hedging: Hedging,
    request: UpstreamRequest,
    private readonly client: RequestContext,
  ) {
    this.first = { request, ctx: client.child() };
    this.headersLength = request.headers.length;
  }

  /** Sends the first attempt, and the copy once its time has come. The first ends at once when the copy wins. */
  async send(): Promise<UpstreamResponse> {
    const { policy, latencies, next } = this.hedging;
    const { first } = this;
    const delay = Math.min(policy.maxDelay, Math.max(policy.minDelay, latencies.value ?? 0));
    const timer = first.ctx.clock.after(delay, () => this.sendCopy());
    try {
      const response = await next(first.request, first.ctx);
      if (!this.race) return this.answer(first, response);
      this.race.take(first, response);
    } catch (error) {
      if (!this.race) {
        first.ctx.finish();
        throw error;
      }
      this.race.miss(first, error);
    } finally {
      timer.cancel();
    }
    const { attempt, response } = await this.race.winner;
    first.request.instance = attempt.request.instance;
    return this.answer(attempt, response);
  }

  private sendCopy(): void {
    const { budget, upstream, next } = this.hedging;
    const { first, client } = this;
    if (client.aborted) return;
    const allowed = budget.take(client.clock.now());
    if (events.attempt.hasSubscribers) events.attempt.publish({ upstream, kind: 'hedge', allowed, after: 'slow' });
    if (!allowed) return;
    const copy = { request: this.makeCopy(first.request), ctx: client.child() };
    const race = (this.race = new Race(first, copy));
    next(copy.request, copy.ctx).then(
      (response) => race.take(copy, response),
      (error: unknown) => race.miss(copy, error),
    );
  }

  private makeCopy(request: UpstreamRequest): UpstreamRequest {
    const { instance, avoid = [] } = request;
    return {
      ...request,
      headers: request.headers.slice(0, this.headersLength),
      instance: undefined,
      avoid: instance ? [...avoid, instance] : avoid,
    };
  }

  private answer({ ctx }: Attempt, response: UpstreamResponse): UpstreamResponse {
    // When the copy was faster, the first attempt would have taken at least this long.
    const { startedAt, clock } = this.first.ctx;
    if (response.status < 500) this.hedging.latencies.record(clock.now() - startedAt);
    whenTaken(response, () => ctx.finish());
    return response;
  }
}
