import type { Stage, UpstreamRequest } from '../send.ts';
import { CallsUnderWay } from './coalesce/calls-under-way.ts';

/**
 * Lets GETs that are the same wait for one call instead of making each its own: the client's identity and all header fields
 * included, but for those that differ with each request or client address (`PER_REQUEST_FIELDS`). Answers in memory are shared; of a stream the first gets it and the others ask for themselves, as they do
 * when an answer to clients without identity sets a cookie, is `private` or `no-store`.
 *
 * Whoever joins gets an answer that may have been made before they asked: a client that writes and reads at once can miss
 * its own write for the length of one call.
 */
export function coalesce(): Stage {
  return (next) => {
    const underWay = new CallsUnderWay(next);
    return function sendOnce(request, ctx) {
      if (!isShareable(request) || ctx.aborted) return next(request, ctx);
      const call = underWay.callFor(request, ctx);
      return call ? call.join(request, ctx) : next(request, ctx);
    };
  };
}

function isShareable({ method, body, idempotent }: UpstreamRequest): boolean {
  return method === 'GET' && body === undefined && idempotent !== false;
}
