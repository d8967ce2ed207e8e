import type { Gate, Passage } from './gate.ts';

/**
 * Tells the upstream how long its answer is waited for, so that it can stop work that comes too late: whole milliseconds
 * until the request's deadline, at least 1. Says nothing when there is no deadline. As gRPC's `grpc-timeout` it is a length
 * of time, because clocks of two machines differ. Refuses nothing, but has to come after what holds attempts back.
 */
export class TimeLeftGate implements Gate {
  /** @param header its name in lower case, `x-timeout-ms` by default */
  constructor(private readonly header: string) {}

  enter({ request, ctx, startedAt }: Passage): undefined {
    if (ctx.deadline === Infinity) return;
    const left = Math.floor(ctx.deadline - startedAt);
    request.headers.push(this.header, left > 1 ? `${left}` : '1');
  }

  answered(): void {
    // nothing to count
  }

  failed(): void {
    // nothing to count
  }
}
