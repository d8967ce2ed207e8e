import type { BffError } from '@portico/core';
import type { ConcurrencyLimitPolicy } from '../policies/concurrency-limit.policy.ts';
import type { UpstreamResponse } from '../send.ts';
import { isGivenUp } from '../stages/given-up.ts';
import { hasLastingBody } from '../stages/repeatable.ts';
import { GradientLimit } from './concurrency-limit/gradient-limit.ts';
import type { Gate, Passage } from './gate.ts';
import { refusal } from './refusal.ts';

/** Milliseconds after which a refused call may be tried again. */
const RETRY_AFTER = 1_000;
/** Failures that mean that the upstream was too slow. */
const TIMEOUTS: ReadonlySet<unknown> = new Set(['upstream-timeout', 'upstream-connect-timeout', 'deadline-exceeded']);

/**
 * Lets as many calls at once through as the upstream answers without growing slower, and refuses more at once with
 * `upstream-saturated`. A call counts until the head of its answer, or its whole when it is held, is there. Timeouts and
 * 503 shrink the limit; other failures, clients that leave, and the time that passing on a client's body takes, say nothing of it.
 */
export class ConcurrencyLimitGate implements Gate {
  private readonly gradient: GradientLimit;
  private inFlight = 0;

  constructor(
    policy: ConcurrencyLimitPolicy,
    private readonly upstream: string,
  ) {
    this.gradient = new GradientLimit(policy);
  }

  enter(): undefined {
    if (this.inFlight >= this.gradient.limit) throw refusal(this.upstream, 'concurrency-limit', RETRY_AFTER);
    this.gradient.started(++this.inFlight);
  }

  answered({ request, startedAt, endedAt }: Passage, { status }: UpstreamResponse): void {
    this.inFlight--;
    if (status === 503) this.gradient.overloaded(endedAt);
    // A refusal says nothing of how long work takes.
    else if (status < 500 && status !== 429 && hasLastingBody(request)) this.gradient.answered(startedAt, endedAt);
  }

  failed({ request, ctx, endedAt }: Passage, error: unknown): void {
    this.inFlight--;
    const isLate = TIMEOUTS.has((error as BffError).code) && !isGivenUp(ctx);
    if (isLate && hasLastingBody(request)) this.gradient.overloaded(endedAt);
  }
}
