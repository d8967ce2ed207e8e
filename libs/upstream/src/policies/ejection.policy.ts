import { z } from 'zod';

/**
 * Passive health: an instance whose answers to real calls fail is left out for a while, then it gets traffic again and is judged
 * afresh. Active probes go on meanwhile, but a good one does not end an ejection early.
 */
export interface EjectionPolicy {
  /** Failures in a row: no connection, a broken or late answer, 502, 503, 504. Other 5xx end a row. Default 5. */
  readonly consecutiveFailures: number;
  /** Share of failed calls in `window`, 0 to 1, all 5xx included. Default 0.5. */
  readonly failureRate: number;
  /** Calls in `window` below which the share says nothing. Default 20. */
  readonly minimumCalls: number;
  /** Milliseconds that the share looks back. Default 10,000. */
  readonly window: number;
  /**
   * Milliseconds of the first ejection; the n-th in a row lasts n times as long. Each such time in which the instance then stays in
   * makes its next ejection shorter by one step. Default 10,000.
   */
  readonly ejectFor: number;
  /** Longest ejection in milliseconds. Default 300,000. */
  readonly maxEjectFor: number;
  /** Share of the instances that may be out at one time, 0 to 1: one of several always may, never all. Default 0.5. */
  readonly maxEjected: number;
}

const milliseconds = z.int().min(10).max(86_400_000);
const share = z.number().gt(0).max(1);

/** Checks the setting `ejection`. */
export const EJECTION = z.strictObject({
  consecutiveFailures: z.int().min(1).max(1_000).default(5),
  failureRate: share.default(0.5),
  minimumCalls: z.int().min(1).max(100_000).default(20),
  window: milliseconds.default(10_000),
  ejectFor: milliseconds.default(10_000),
  maxEjectFor: milliseconds.default(300_000),
  maxEjected: share.default(0.5),
});
