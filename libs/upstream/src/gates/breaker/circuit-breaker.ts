import type { BreakerState } from '../../events.ts';
import type { Outcome } from '../../health/outcome.ts';
import type { BreakerPolicy } from '../../policies/breaker.policy.ts';
import { type OutcomeWindow, outcomeWindow } from './outcome-window.ts';
import { Trial } from './trial.ts';

/** Instead of a ticket: the call must not be sent. */
export const REFUSED = 0;

/** Called at each change, with one sentence. */
export type BreakerListener = (from: BreakerState, to: BreakerState, reason: string) => void;

/**
 * The states of a circuit breaker, as in resilience4j. Closed: calls are counted; at a rate of failures or slow calls it
 * opens. Open: none is let through, for a while. Half-open: some are, and their rates close it or open it again. It has
 * no timer: what time changes, the next call finds out.
 */
export class CircuitBreaker {
  state: BreakerState = 'closed';
  private readonly window: OutcomeWindow;
  private readonly minimumCalls: number;
  private trial: Trial;
  private openUntil = 0;
  /** The last ticket given out; a call that ends is only believed in the state that let it through. */
  private lastTicket = 1;
  /** The ticket of all calls of this closed period. */
  private closedTicket = 1;

  constructor(
    private readonly policy: BreakerPolicy,
    private readonly onChange: BreakerListener,
  ) {
    this.window = outcomeWindow(policy.window);
    // More than the window holds would mean that it never opens.
    this.minimumCalls =
      'calls' in policy.window ? Math.min(policy.minimumCalls, policy.window.calls) : policy.minimumCalls;
    this.trial = new Trial(policy);
  }

  /**
   * Asks for a call to be let through.
   *
   * @param now the clock's monotonic milliseconds
   * @returns a ticket for `settle`, or `REFUSED`
   */
  admit(now: number): number {
    if (this.state === 'closed') return this.closedTicket;
    return this.admitProbe(now);
  }

  /** Whether a call that was let through is one of those that decide when the circuit closes again, or from before it opened. */
  isProbe(ticket: number): boolean {
    return ticket !== this.closedTicket;
  }

  /** Notes how a call ended that was let through with `ticket` at `startedAt`; a neutral one gives its place back. */
  settle(ticket: number, outcome: Outcome, startedAt: number, now: number): void {
    const isSlow = now - startedAt >= this.policy.slowCall;
    if (ticket === this.closedTicket) {
      if (outcome === 'neutral') return;
      this.window.add(outcome !== 'ok', isSlow, now);
      this.judge(now);
    } else if (this.state === 'half-open') {
      this.trial.expire(now);
      if (outcome === 'neutral') this.trial.release(ticket);
      else this.trial.settle(ticket, outcome !== 'ok', isSlow, now);
      this.conclude();
    }
  }

  /** Milliseconds until a call may be let through again. */
  waitAt(now: number): number {
    return this.state === 'open' ? Math.max(0, this.openUntil - now) : 0;
  }

  /** Ends the time in which it is open: there is reason to think that the next call goes well. It still lets no more than the probes through. */
  probeNow(): void {
    if (this.state === 'open') this.openUntil = -Infinity;
  }

  private admitProbe(now: number): number {
    if (this.state === 'half-open') {
      this.trial.expire(now);
      this.conclude();
    }
    this.halfOpenIfDue(now);
    if (this.state === 'open') return REFUSED;
    if (this.state === 'closed') return this.closedTicket;
    return this.trial.admit(++this.lastTicket, now) ? this.lastTicket : REFUSED;
  }

  private judge(now: number): void {
    const { failureRate, slowRate } = this.policy;
    const { calls, failures, slow } = this.window;
    if (calls < this.minimumCalls) return;
    if (failures / calls >= failureRate) this.open(now, `${failures} of ${calls} calls failed`);
    else if (slow / calls >= slowRate) this.open(now, `${slow} of ${calls} calls were slow`);
  }

  private conclude(): void {
    const { verdict, endedAt, ended, failures, slow } = this.trial;
    const reason = `of ${ended} probes ${failures} failed and ${slow} were slow`;
    if (verdict === 'failed') this.open(endedAt, reason);
    else if (verdict === 'passed') this.close(reason);
  }

  /** @param since for probes that timed out in the past while nobody called */
  private open(since: number, reason: string): void {
    this.openUntil = since + this.policy.openFor;
    this.closedTicket = ++this.lastTicket;
    this.change('open', reason);
  }

  private halfOpenIfDue(now: number): void {
    if (this.state !== 'open' || now < this.openUntil) return;
    this.trial = new Trial(this.policy);
    const isEarly = this.openUntil === -Infinity;
    this.change('half-open', isEarly ? 'there are other instances' : `it was open for ${this.policy.openFor} ms`);
  }

  private close(reason: string): void {
    this.window.clear();
    this.change('closed', reason);
  }

  private change(to: BreakerState, reason: string): void {
    const from = this.state;
    this.state = to;
    this.onChange(from, to, reason);
  }
}
