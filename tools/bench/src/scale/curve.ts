/** What one thing costs as its number grows; `<name>.curve.ts` exports one as `curve`. */
export interface Curve {
  /** Its name on the command line: `npm run bench:scale -- <name>`. */
  readonly name: string;
  /** Heading of its section: "Sessions of one user". */
  readonly title: string;
  /** What grows, as the head of the first column: "sessions". */
  readonly unit: string;
  /** At least four, growing. */
  readonly points: readonly number[];
  /** What bounds the growth, in a sentence or two for operators: the setting, its default, and what happens at the bound. */
  readonly bound: string;
  /**
   * Measures one point, in a process of its own that runs with `--expose-gc`.
   *
   * @returns a value for each column; the head says the unit: "logins/s", "Redis ms a login". The first column is the one plotted.
   */
  measure(point: number): Promise<Measures>;
}

/** Column heads and their values; every point of a curve has the same heads. */
export type Measures = Readonly<Record<string, number>>;

/** A curve that was measured. */
export interface MeasuredCurve extends Pick<Curve, 'name' | 'title' | 'unit' | 'bound'> {
  readonly rows: readonly { readonly point: number; readonly measures: Measures }[];
}
