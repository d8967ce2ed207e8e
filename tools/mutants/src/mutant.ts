/** What a mutant does to its source. */
export type Change = 'negate condition' | 'remove call' | 'skip clean-up' | 'change constant' | 'drop entry';

/** One small fault put into a source, that a test should notice. */
export interface Mutant {
  /** Path from the repository's root. */
  readonly file: string;
  readonly change: Change;
  /** First line of what is replaced, from 1. */
  readonly line: number;
  /** Offsets of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What is replaced, in one line. */
  readonly original: string;
}
