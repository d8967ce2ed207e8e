import type { BffError } from '@portico/core';
import { type BreakerEvent, events } from '../events.ts';
import { outcomeAtEnd, outcomeOfError } from '../health/outcome.ts';
import type { BreakerPolicy } from '../policies/breaker.policy.ts';
import { type UpstreamResponse, whenTaken } from '../send.ts';
import { hasLastingBody } from '../stages/repeatable.ts';
import { isEventStream } from '../transfers/event-streams.ts';
import { CircuitBreaker, REFUSED } from './breaker/circuit-breaker.ts';
import type { Gate, Passage } from './gate.ts';
import { refusal } from './refusal.ts';

/**
 * Leaves an upstream alone that mostly fails or is mostly slow: calls fail with `upstream-circuit-open` at once and
 * without a contact, until a few probes have gone well. 4xx are no failures, and what the upstream is not to blame for (the
 * client left, a gate further in refused the call) counts for nothing. A streamed answer counts once it has ended. The time that a call waits in the queue of the
 * bulkhead is part of its time: that queue grows when the upstream is slow.
 */
export class BreakerGate implements Gate {
  private readonly circuit: CircuitBreaker;

  constructor(
    policy: BreakerPolicy,
    private readonly upstream: string,
  ) {
    this.circuit = new CircuitBreaker(policy, (from, to, reason) => {
      if (events.breaker.hasSubscribers) events.breaker.publish({ upstream, from, to, reason } satisfies BreakerEvent);
    });
  }

  /** The upstream has instances that it had not: they are asked without waiting for the end of the open time. */
  probeNow(): void {
    this.circuit.probeNow();
  }

  enter(passage: Passage): undefined {
    const { enteredAt } = passage;
    passage.ticket = this.circuit.admit(enteredAt);
    if (passage.ticket === REFUSED) throw refusal(this.upstream, 'breaker', this.circuit.waitAt(enteredAt));
  }

  answered(passage: Passage, response: UpstreamResponse): void {
    const { ticket, request, ctx, outcome, enteredAt, endedAt } = passage;
    // While a client's body was passed on nobody can tell who kept whom waiting.
    const startedAt = hasLastingBody(request) ? enteredAt : endedAt;
    if (this.isJudgedByHead(ticket, response)) return this.circuit.settle(ticket, outcome, startedAt, endedAt);
    whenTaken(response, () => {
      const now = ctx.clock.now();
      // How long the body took is up to its reader too.
      this.circuit.settle(ticket, outcomeAtEnd(response, outcome, ctx), now - (endedAt - startedAt), now);
    });
  }

  /** A streamed answer may still break. A probe is not kept waiting by a slow reader, and an event stream has no end to wait for. */
  private isJudgedByHead(ticket: number, response: UpstreamResponse): boolean {
    return 'chunks' in response.body || this.circuit.isProbe(ticket) || isEventStream(response);
  }

  failed({ ticket, request, ctx, enteredAt, endedAt }: Passage, error: unknown): void {
    // A hung upstream fills our own queue: what comes out of it with little time left waited for the upstream all the same.
    const outcome = outcomeOfError(error as BffError, request, ctx, endedAt - enteredAt);
    this.circuit.settle(ticket, outcome, enteredAt, endedAt);
  }
}
