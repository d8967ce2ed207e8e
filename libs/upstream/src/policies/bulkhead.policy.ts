import { z } from 'zod';

/** Bulkhead: how much of the gateway one upstream may take, so that a hung one does not starve the others. */
export interface BulkheadPolicy {
  /** Calls under way at one time, bodies included. Default 256. */
  readonly calls: number;
  /** Calls, and pages, that may wait for their turn. Default 1,024. */
  readonly queue: number;
  /** Milliseconds that a call waits at most. Default 1,000. */
  readonly queueTimeout: number;
}

/** Checks the setting `bulkhead`. */
export const BULKHEAD = z.strictObject({
  calls: z.int().min(1).max(100_000).default(256),
  queue: z.int().min(0).max(100_000).default(1_024),
  queueTimeout: z.int().min(1).max(60_000).default(1_000),
});
