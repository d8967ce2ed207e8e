import { z } from 'zod';

/**
 * Another attempt for a call that failed: idempotent methods and routes marked `idempotent`, another instance first. Others are
 * sent again only if no connection was made for them; a body that is a stream never is.
 */
export interface RetryPolicy {
  /** Further attempts for one call. Default 1. */
  readonly attempts: number;
  /** Statuses worth another attempt. Default 502, 503, 504. Failures of the connection always are. */
  readonly statuses: readonly number[];
  /** Milliseconds: the n-th wait is a random time up to `backoff` times 2 to the n-1 (full jitter), after `Retry-After`. Default 25. */
  readonly backoff: number;
  /** Longest wait in milliseconds, also for what `Retry-After` asks; a longer `Retry-After` ends the attempts. Default 1,000. */
  readonly maxBackoff: number;
  /** Share of further attempts among the calls of the last 10 s, hedges included, 0 to 1. Default 0.1. */
  readonly budget: number;
  /** Further attempts in 10 s that are allowed however few calls there were. Default 3. */
  readonly budgetFloor: number;
}

/** Checks the setting `retry`. */
export const RETRY = z.strictObject({
  attempts: z.int().min(1).max(10).default(1),
  statuses: z.array(z.int().min(400).max(599)).default([502, 503, 504]),
  backoff: z.int().min(0).max(60_000).default(25),
  maxBackoff: z.int().min(0).max(60_000).default(1_000),
  budget: z.number().min(0).max(1).default(0.1),
  budgetFloor: z.int().min(0).max(10_000).default(3),
});
