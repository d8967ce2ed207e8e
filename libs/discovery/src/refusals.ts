import { events, type RefusedEvent } from './events.ts';
import type { Candidate } from './instance.ts';

/** Refusals of one answer that are told; more are an attack or a mistake. */
const MOST = 10_000;

/** What is not used of an answer, and why. */
export interface Refusal {
  readonly candidate: Candidate;
  readonly reason: string;
}

/** Tells what is not used of a registry's answers: a registry repeats its mistakes in every answer, so each is told once. */
export class Refusals {
  /** What the last answer's refusals were told as. */
  private told: ReadonlySet<string> = new Set();

  constructor(private readonly source: Pick<RefusedEvent, 'upstream' | 'kind'>) {}

  /** Tells those that the answer before did not have. */
  publish(refusals: readonly Refusal[]): void {
    const { upstream, kind } = this.source;
    const refused = new Set<string>();
    for (const { candidate, reason } of refusals.slice(0, MOST)) {
      const address = `${String(candidate.host).slice(0, 100)}:${String(candidate.port).slice(0, 20)}`;
      const key = `${address} ${reason}`;
      if (!this.told.has(key) && !refused.has(key)) {
        events.refused.publish({ upstream, kind, candidate: address, reason } satisfies RefusedEvent);
      }
      refused.add(key);
    }
    this.told = refused;
  }
}
