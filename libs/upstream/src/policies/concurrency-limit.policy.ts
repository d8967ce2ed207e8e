import { z } from 'zod';

/** Adaptive concurrency limit: as many calls at once as the upstream answers without growing slower (gradient). Off unless set. */
export interface ConcurrencyLimitPolicy {
  /** Where it starts. Default 20. */
  readonly initial: number;
  /** Default 4. */
  readonly min: number;
  /** Default 256. */
  readonly max: number;
  /** How many times its usual latency the upstream may take before the limit shrinks. Default 1.5. */
  readonly tolerance: number;
}

/** Checks the setting `concurrencyLimit`. */
export const CONCURRENCY_LIMIT = z
  .strictObject({
    initial: z.int().min(1).max(100_000).default(20),
    min: z.int().min(1).max(100_000).default(4),
    max: z.int().min(1).max(100_000).default(256),
    tolerance: z.number().min(1).max(10).default(1.5),
  })
  .refine(({ initial, min, max }) => min <= initial && initial <= max, 'initial must be between min and max');
