import { z } from 'zod';

/** Hedging: a second copy of a slow idempotent call, to another instance; the first answer wins. Off unless set. */
export interface HedgePolicy {
  /** Percentile of the latencies seen after which the copy is sent, 0 to 1. Default 0.95. */
  readonly percentile: number;
  /** Shortest delay in milliseconds, also before enough latencies were seen. Default 10. */
  readonly minDelay: number;
  /** Longest delay in milliseconds. Default 1,000. */
  readonly maxDelay: number;
}

/** Checks the setting `hedge`. */
export const HEDGE = z
  .strictObject({
    percentile: z.number().min(0.5).max(0.999).default(0.95),
    minDelay: z.int().min(1).max(60_000).default(10),
    maxDelay: z.int().min(1).max(60_000).default(1_000),
  })
  .refine(({ minDelay, maxDelay }) => minDelay <= maxDelay, 'minDelay must not be above maxDelay');
