import type { RequestContext } from '@portico/core';
import type { Booking } from '../admission/booking.ts';
import type { Outcome } from '../health/outcome.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';
import type { Transfer } from '../transfers/transfers.ts';

/** An upload that has a place among the long transfers. */
export interface PlacedUpload extends Transfer {
  /** Whether its answer has begun. */
  isAnswered: boolean;
}

/** One attempt on its way through the gates, and how it ended. */
export class Passage {
  /** When it began, in the clock's monotonic milliseconds. */
  readonly enteredAt: number;
  /** The same, or when the last gate that held it back let it go. */
  startedAt: number;
  /** When its answer (the head of a streamed one) or its failure came; set before any gate hears of the end. */
  endedAt = 0;
  /** What its end says of where it was sent, by the time since `startedAt`; set with `endedAt`. */
  outcome: Outcome = 'neutral';
  /** What the breaker let it through with. */
  ticket = 0;
  /** Its body, when that is sent as it comes: what has a place among the long transfers. */
  upload: PlacedUpload | undefined;
  /** Its place among those that its page was let in with, when it has one of them. */
  booking: Booking | undefined;
  /** Where `balance` sends it; what other attempts make of `request.instance` is theirs. */
  instance: UpstreamInstance | undefined;

  constructor(
    readonly request: UpstreamRequest,
    readonly ctx: RequestContext,
  ) {
    this.enteredAt = this.startedAt = ctx.clock.now();
  }
}

/**
 * Something that every attempt has to pass before it is sent, and that hears how each attempt ended that it let through:
 * `answered` or `failed`, once. Gates that stand in a row share one function call, one promise and two looks at the clock.
 */
export interface Gate {
  /** Calls `listener` when the upstream has got instances that may do better. Only the gate that chooses instances knows. */
  onRenewal?(listener: () => void): void;
  /**
   * Lets an attempt through, at once (undefined) or after a while.
   *
   * @throws BffError when it does not; also as a rejection
   */
  enter(passage: Passage): Promise<void> | undefined;
  /** Its answer is there; the body of a streamed one is still to come. */
  answered(passage: Passage, response: UpstreamResponse): void;
  /** There is no answer: a gate further in refused it, it was given up, or the upstream failed. */
  failed(passage: Passage, error: unknown): void;
}
