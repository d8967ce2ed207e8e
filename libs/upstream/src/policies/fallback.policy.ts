import { z } from 'zod';

/** What is answered to a GET when the upstream gives nothing usable (no answer, or 5xx). Off unless set. */
export interface FallbackPolicy {
  /** An answer written down here. */
  readonly answer?: {
    readonly status: number;
    readonly contentType: string;
    readonly body: string;
  };
  /** The last good answer to the same target, when it is not older than `maxAge` milliseconds; at most `entries` are kept. */
  readonly lastGood?: { readonly maxAge: number; readonly entries: number; readonly maxBytes: number };
}

/** Checks the setting `fallback`. `lastGood` goes first when both are there. */
export const FALLBACK = z
  .strictObject({
    answer: z
      .strictObject({
        status: z.int().min(200).max(599).default(200),
        contentType: z.string().default('application/json'),
        body: z.string(),
      })
      .optional(),
    lastGood: z
      .strictObject({
        maxAge: z.int().min(1).max(86_400_000).default(60_000),
        entries: z.int().min(1).max(100_000).default(500),
        maxBytes: z
          .int()
          .min(1)
          .max(1024 ** 3)
          .default(16 * 1024 * 1024),
      })
      .optional(),
  })
  .refine(({ answer, lastGood }) => answer ?? lastGood, 'must have answer or lastGood');
