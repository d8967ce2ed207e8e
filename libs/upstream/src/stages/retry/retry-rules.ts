import type { BffError, BffErrorCode, RequestContext } from '@portico/core';
import { type AttemptEvent, events } from '../../events.ts';
import type { RetryPolicy } from '../../policies/retry.policy.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../send.ts';
import { hasLastingBody, isIdempotent } from '../repeatable.ts';
import { retryAfterOf } from './retry-after.ts';
import type { RetryBudget } from './retry-budget.ts';

/**
 * Failures after which a call may be sent again. `unsent`: there was no connection, so nobody can have acted on it, and a POST
 * may go too. `unplaced`: the same, if it was an instance that had none (all in use, or it leaves) and not a gate that
 * refused the call. `idempotent`: the upstream may have acted on it. All other failures would come again (an answer too large),
 * mean that the upstream is to be left alone (circuit open, saturated, no instance), or that nobody waits any more.
 */
const REPEATABLE: Readonly<Partial<Record<BffErrorCode, 'unsent' | 'unplaced' | 'idempotent'>>> = {
  'upstream-connect': 'unsent',
  'upstream-connect-timeout': 'unsent',
  'upstream-saturated': 'unplaced',
  'shutting-down': 'unplaced',
  'upstream-timeout': 'idempotent',
  'upstream-body-timeout': 'idempotent',
  'upstream-reset': 'idempotent',
  'upstream-framing': 'idempotent',
};

/** A call and how often it was sent so far, at least once. */
export interface Attempt {
  readonly request: UpstreamRequest;
  readonly ctx: RequestContext;
  readonly count: number;
}

/** Decides whether a failed call is sent again, and when. */
export class RetryRules {
  private readonly statuses: ReadonlySet<number>;

  /** @param random 0 up to, but not including, 1 */
  constructor(
    private readonly policy: RetryPolicy,
    private readonly budget: RetryBudget,
    private readonly upstream: string,
    private readonly random: () => number,
  ) {
    this.statuses = new Set(policy.statuses);
  }

  /** Whether an answer is one of those that another attempt may better. */
  isFailure(response: UpstreamResponse): boolean {
    return this.statuses.has(response.status);
  }

  /** Milliseconds until the call is sent again, or undefined if the answer is the last word. */
  afterAnswer(response: UpstreamResponse, attempt: Attempt): number | undefined {
    if (!isIdempotent(attempt.request)) return undefined;
    return this.wait(attempt, String(response.status), retryAfterOf(response, attempt.ctx.clock.epoch()));
  }

  /** Milliseconds until the call is sent again, or undefined if the failure is the last word. */
  afterFailure({ code }: BffError, attempt: Attempt): number | undefined {
    const repeatable = REPEATABLE[code];
    if (repeatable === undefined) return undefined;
    if (repeatable === 'idempotent' && !isIdempotent(attempt.request)) return undefined;
    if (repeatable === 'unplaced' && attempt.request.instance === undefined) return undefined;
    return this.wait(attempt, code, 0);
  }

  /** @param asked milliseconds that the upstream asked for at least */
  private wait({ request, ctx, count }: Attempt, after: string, asked: number): number | undefined {
    const { attempts, backoff, maxBackoff } = this.policy;
    if (count > attempts || ctx.aborted || !hasLastingBody(request) || asked > maxBackoff) return undefined;
    // Full jitter, also on top of what was asked for: those who failed together must not come back together.
    const wait = Math.min(maxBackoff, asked + this.random() * backoff * 2 ** (count - 1));
    const now = ctx.clock.now();
    if (now + wait >= ctx.deadline) return undefined;
    return this.take(now, after) ? wait : undefined;
  }

  private take(now: number, after: string): boolean {
    const allowed = this.budget.take(now);
    if (events.attempt.hasSubscribers) {
      events.attempt.publish({ upstream: this.upstream, kind: 'retry', allowed, after } satisfies AttemptEvent);
    }
    return allowed;
  }
}
