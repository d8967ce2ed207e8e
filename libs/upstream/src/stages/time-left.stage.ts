import type { Stage } from '../send.ts';

/**
 * Tells the upstream how long its answer is waited for, so that it can stop work that comes too late: whole milliseconds
 * until the request's deadline, at least 1. Says nothing when there is no deadline. As gRPC's `grpc-timeout` it is a length
 * of time, because clocks of two machines differ.
 *
 * @param header its name in lower case, `x-timeout-ms` by default
 */
export function timeLeft(header: string): Stage {
  return (next) =>
    function sendWithTimeLeft(request, ctx) {
      if (ctx.deadline !== Infinity) {
        const left = Math.floor(ctx.deadline - ctx.clock.now());
        request.headers.push(header, left > 1 ? `${left}` : '1');
      }
      return next(request, ctx);
    };
}
