import { parseArgs } from 'node:util';

/** What `npm run test:long` was asked for. */
export interface Options {
  /** Short samples, and no results page. */
  readonly sample: boolean;
  /** Names of the suites to run. */
  readonly suites: readonly string[];
}

/**
 * Reads the command line: `[--sample] [suite...]`, all suites when none is named.
 *
 * @throws Error that names what is not known
 */
export function parseOptions(words: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { sample: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no suite ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return { sample: values.sample, suites: positionals.length > 0 ? positionals : known };
}
