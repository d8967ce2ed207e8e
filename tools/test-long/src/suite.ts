/** A program that a suite needs and npm cannot bring. */
export interface Requirement {
  /** Its command. */
  readonly command: string;
  /** How to get it, as a sentence for whoever reads the message. */
  readonly install: string;
}

/** What a suite found. */
export interface Outcome {
  /** Heads of the columns of `rows`. */
  readonly columns: readonly string[];
  /** The figures, a row of the results page each. */
  readonly rows: readonly (readonly string[])[];
  /** What must not be, a sentence each; empty when the suite passed. */
  readonly failures: readonly string[];
}

/** How a suite is run. */
export interface RunOptions {
  /** A short sample of the suite (under a minute) instead of all of it. */
  readonly sample: boolean;
  /** Says what goes on, a line at a time. */
  readonly say: (line: string) => void;
}

/** A long test: a public suite or a load. Each stands in a folder of `suites` and is exported as `suite` by its `suite.ts`. */
export interface Suite {
  /** Heading of its results. */
  readonly title: string;
  /** What is done to what, and what must come of it. */
  readonly about: string;
  readonly requirements: readonly Requirement[];
  run(options: RunOptions): Promise<Outcome>;
}
