import type { HedgePolicy } from '../policies/hedge.policy.ts';
import type { Stage } from '../send.ts';
import { HedgedCall, type Hedging } from './hedge/hedged-call.ts';
import { LatencyPercentile } from './hedge/latency-percentile.ts';
import { hasLastingBody, isIdempotent } from './repeatable.ts';

/**
 * Sends an idempotent call a second time, to another instance, when its answer is later than most are ("The Tail at Scale",
 * Dean and Barroso, 2013). The first usable answer wins, the other attempt is cancelled.
 *
 * @param budget shared with `retry`: what is sent twice stays a small share of all calls
 */
export function hedge(policy: HedgePolicy, budget: Hedging['budget'], upstream: string): Stage {
  return (next) => {
    const hedging: Hedging = { policy, budget, upstream, next, latencies: new LatencyPercentile(policy.percentile) };
    return function sendHedged(request, ctx) {
      if (ctx.aborted || !isIdempotent(request) || !hasLastingBody(request)) return next(request, ctx);
      return new HedgedCall(hedging, request, ctx).send();
    };
  };
}
