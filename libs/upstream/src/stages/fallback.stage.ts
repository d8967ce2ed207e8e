import { BffError, type RequestContext } from '@portico/core';
import type { FallbackPolicy } from '../policies/fallback.policy.ts';
import type { Stage, UpstreamResponse } from '../send.ts';
import { Replacements } from './fallback/replacements.ts';
import { isGivenUp } from './given-up.ts';

/**
 * Answers GET and HEAD in place of an upstream that gives no answer or a 5xx: with the last good answer to the same request
 * of the same client, else with the one written down. `x-portico-fallback` says which (`last-good` or `answer`), `age` how
 * old it is. Where nobody wants the answer any more there is none.
 */
export function fallback(policy: FallbackPolicy, upstream: string): Stage {
  return (next) => {
    const replacements = new Replacements(policy, upstream);
    return async function sendOrFallBack(request, ctx) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return next(request, ctx);
      const { length } = request.headers;
      let outcome: UpstreamResponse | BffError;
      try {
        outcome = await next(request, ctx);
        if (outcome.status < 500) {
          replacements.keep(request, length, outcome, ctx);
          return outcome;
        }
      } catch (error) {
        if (isRefusal(error)) replacements.forget(request, length, ctx);
        if (!isReplaceable(error, ctx)) throw error;
        outcome = error;
      }
      const replacement = replacements.find(request, length, outcome, ctx);
      if (!replacement) return settle(outcome);
      if (!(outcome instanceof BffError) && !('chunks' in outcome.body)) outcome.body.destroy();
      return replacement;
    };
  };
}

/** Codes beside the upstream's own. */
const OTHERS: ReadonlySet<string> = new Set(['deadline-exceeded', 'gateway-exhausted']);

/** Whether an upstream refused the token of a request. It is at work: nothing takes the place of its answer. */
function isRefusal(error: unknown): boolean {
  return error instanceof BffError && error.code === 'upstream-status';
}

/** Whether a failure is the upstream's, its lateness, or that no connection to it could be made, and somebody still wants an answer. */
function isReplaceable(error: unknown, ctx: RequestContext): error is BffError {
  if (!(error instanceof BffError) || isRefusal(error) || isGivenUp(ctx)) return false;
  return error.code.startsWith('upstream-') || OTHERS.has(error.code);
}

function settle(outcome: UpstreamResponse | BffError): UpstreamResponse {
  if (outcome instanceof BffError) throw outcome;
  return outcome;
}
