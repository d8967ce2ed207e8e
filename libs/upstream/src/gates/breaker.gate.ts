import type { BffError } from '@portico/core';
import { type BreakerEvent, events } from '../events.ts';
import { outcomeOfError } from '../health/outcome.ts';
import type { BreakerPolicy } from '../policies/breaker.policy.ts';
import { hasLastingBody } from '../stages/repeatable.ts';
import { CircuitBreaker, REFUSED } from './breaker/circuit-breaker.ts';
import type { Gate, Passage } from './gate.ts';
import { refusal } from './refusal.ts';

/**
 * Leaves an upstream alone that mostly fails or is mostly slow: calls fail with `upstream-circuit-open` at once and
 * without a contact, until a few probes have gone well. 4xx are no failures, and what the upstream is not to blame for (the
 * client left, a gate further in refused the call) counts for nothing. The time that a call waits in the queue of the
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

  answered({ ticket, request, outcome, enteredAt, endedAt }: Passage): void {
    // While a client's body was passed on nobody can tell who kept whom waiting.
    this.circuit.settle(ticket, outcome, hasLastingBody(request) ? enteredAt : endedAt, endedAt);
  }

  failed({ ticket, request, ctx, enteredAt, endedAt }: Passage, error: unknown): void {
    // A hung upstream fills our own queue: what comes out of it with little time left waited for the upstream all the same.
    const outcome = outcomeOfError(error as BffError, request, ctx, endedAt - enteredAt);
    this.circuit.settle(ticket, outcome, enteredAt, endedAt);
  }
}
