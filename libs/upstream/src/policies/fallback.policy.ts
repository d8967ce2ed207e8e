import { z } from 'zod';

/** An answer written down in `upstreams.ts`. */
export interface FallbackAnswer {
  /** Default 200. */
  readonly status: number;
  /** Default `application/json`. */
  readonly contentType: string;
  readonly body: string;
}

/** How much is kept of what the upstream answered before. */
export interface LastGoodPolicy {
  /** Milliseconds after which an answer is too old. Default 60,000. */
  readonly maxAge: number;
  /** Answers kept at most, each client's apart; those without credentials and cookies are one. Default 500. */
  readonly entries: number;
  /** Bytes kept at most. Default 16 MiB. */
  readonly maxBytes: number;
}

/** What is answered to a GET when the upstream gives nothing usable (no answer, or 5xx). Off unless set. */
export interface FallbackPolicy {
  readonly answer?: FallbackAnswer | undefined;
  /** The last good answer to the same request of the same client. Goes before `answer` when both are there. */
  readonly lastGood?: LastGoodPolicy | undefined;
}

/** A FallbackPolicy as `upstreams.ts` writes it: what has a default may be left out. */
export interface FallbackOptions {
  readonly answer?: Partial<FallbackAnswer> & Pick<FallbackAnswer, 'body'>;
  readonly lastGood?: Partial<LastGoodPolicy>;
}

/** Checks the setting `fallback`. */
export const FALLBACK = z
  .strictObject({
    answer: z
      .strictObject({
        status: z.int().min(200).max(599).default(200),
        contentType: z
          .string()
          .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be a media type')
          .default('application/json'),
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
