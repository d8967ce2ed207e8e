import type { BffError, Clock } from '@portico/core';

/** Milliseconds after a try during which a session's tokens are not asked for again, by any replica. */
export const RENEWAL_PAUSE = 1_000;

/** Failures that are remembered, each with its stack; beyond that the oldest is forgotten, and the store alone keeps its pause. */
const MOST_FAILURES = 1_000;

/** The failed renewals of the last moment: who comes again within it gets the same answer, and nobody is asked. */
export class RenewalPauses {
  /** By handle, the oldest first. */
  private readonly failures = new Map<string, { readonly error: BffError; readonly until: number }>();

  constructor(private readonly clock: Clock) {}

  failureOf(handle: string): BffError | undefined {
    const failure = this.failures.get(handle);
    return failure !== undefined && this.clock.now() < failure.until ? failure.error : undefined;
  }

  failed(handle: string, error: BffError): void {
    const now = this.clock.now();
    this.failures.delete(handle);
    for (const [oldest, { until }] of this.failures) {
      if (now < until && this.failures.size < MOST_FAILURES) break;
      this.failures.delete(oldest);
    }
    this.failures.set(handle, { error, until: now + RENEWAL_PAUSE });
  }
}
