import type { BffErrorCode, RequestContext } from '@portico/core';
import type { PartAnswer } from './check-answer.ts';
import type { CompiledPart } from './compile-plan.ts';
import type { PartState } from './part-state.ts';

/** What became of a part. */
export interface PartResult {
  /** Undefined while the part is under way. */
  state: PartState | undefined;
  /** Why it is missing. */
  code: BffErrorCode | undefined;
  /** Undefined when it is missing. */
  answer: PartAnswer | undefined;
  /** Its parsed JSON if anyone reads it; `otherwise` or null when it is missing. */
  value: unknown;
  /** Milliseconds from its start to its end. */
  duration: number;
}

/** A part while its plan runs. */
export interface RunningPart extends PartResult {
  startedAt: number;
  /** The upstream that it asks, or asked last. */
  upstream: string | undefined;
  /** Parts it still waits for. */
  waiting: number;
  /** Calls that places of the page are held for. */
  calls: number;
  /** The part's own cancellation and time, if it has any. */
  scope: RequestContext | undefined;
}

/** A part of a run that begins at `now`. */
export function pending(part: CompiledPart, now: number): RunningPart {
  return {
    state: undefined,
    code: undefined,
    answer: undefined,
    value: undefined,
    duration: 0,
    startedAt: now,
    upstream: undefined,
    waiting: part.needs.length,
    calls: part.places?.calls ?? 0,
    scope: undefined,
  };
}
