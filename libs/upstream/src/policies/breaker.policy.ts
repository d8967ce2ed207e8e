import { z } from 'zod';

/** Circuit breaker: an upstream that mostly fails, or is mostly slow, is left alone for a while. Semantics as in resilience4j. */
export interface BreakerPolicy {
  /** The calls that are judged: the last `calls` ones, or those of the last `milliseconds`. Default `{ milliseconds: 10_000 }`. */
  readonly window: { readonly calls: number } | { readonly milliseconds: number };
  /** Calls in the window below which it never opens; a window of fewer calls opens when it is full. Default 20. */
  readonly minimumCalls: number;
  /**
   * Share of failures at which it opens, 0 to 1: no usable answer, or 5xx. 4xx are none; clients that left and calls that were
   * not sent (no instance, saturated) do not count at all. Default 0.5.
   */
  readonly failureRate: number;
  /** Milliseconds to the head of the answer from which a call is slow. Default 5,000. */
  readonly slowCall: number;
  /** Share of slow calls at which it opens, 0 to 1. Default 1. */
  readonly slowRate: number;
  /** Milliseconds for which it stays open. Default 5,000. */
  readonly openFor: number;
  /** Calls let through when it is half-open; once all have ended, their rates close it or open it again. Default 5. */
  readonly probes: number;
  /** Milliseconds after which a probe without an answer counts as failed, so that it holds nobody up. Default 5,000. */
  readonly probeTimeout: number;
}

const milliseconds = z.int().min(1).max(3_600_000);
const share = z.number().gt(0).max(1);

/** Checks the setting `breaker`. */
export const BREAKER = z.strictObject({
  window: z
    .union([
      z.strictObject({ calls: z.int().min(1).max(10_000) }),
      z.strictObject({ milliseconds: z.int().min(1_000).max(600_000) }),
    ])
    .default({ milliseconds: 10_000 }),
  minimumCalls: z.int().min(1).max(100_000).default(20),
  failureRate: share.default(0.5),
  slowCall: milliseconds.default(5_000),
  slowRate: share.default(1),
  openFor: milliseconds.default(5_000),
  probes: z.int().min(1).max(1_000).default(5),
  probeTimeout: milliseconds.default(5_000),
});
