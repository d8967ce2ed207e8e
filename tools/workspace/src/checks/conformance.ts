import type { Check, Repository } from '../repository.ts';

const PAGE = 'docs/conformance.md';

/** A row of the page: a case and the test files that prove it. */
interface Row {
  readonly number: number;
  readonly specs: readonly string[];
}

/** A case that a test's title names. */
interface Titled {
  readonly number: number;
  readonly spec: string;
}

/**
 * The conformance page and the tests know each other: every row has a spec, every spec exists, no number has two rows, and
 * every number in a test's title (`case 12: ...`, `cases 48 to 50: ...`, `... (case 58)`) has a row.
 */
export const conformanceIsProven: Check = (repository) => {
  const rows = rowsOf(repository.read(PAGE));
  const tests = repository.files.filter((path) => /\.(?:spec|services-spec|contract)\.tsx?$/.test(path));
  return [
    ...rows.flatMap((row, at) => problemsOf(row, rows.slice(0, at), tests)),
    ...titledIn(repository, tests)
      .filter(({ number }) => !rows.some((row) => row.number === number))
      .map(({ number, spec }) => `${PAGE}: has no row for case ${number}, which a title in ${spec} names; add it`),
  ];
};

function problemsOf({ number, specs }: Row, above: readonly Row[], tests: readonly string[]): string[] {
  const missing = specs.filter((spec) => !tests.includes(spec));
  return [
    ...(above.some((row) => row.number === number) ? [`${PAGE}: has two rows for case ${number}; keep one`] : []),
    ...(specs.length === 0
      ? [`${PAGE}: case ${number} has no spec; name the test that proves it, in backticks, in the last column`]
      : []),
    ...missing.map((spec) => `${PAGE}: case ${number} is proven by ${spec}, which is no test file; mend the path`),
  ];
}

/** Rows start with a number; the last column holds paths from the root in backticks. */
function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\|\s*(\d+)\s*\|.*\|([^|]*)\|\s*$/gm)].map((row) => ({
    number: Number(row[1]),
    specs: [...row[2]!.matchAll(/`([^`]+)`/g)].map((path) => path[1]!),
  }));
}

/** Each number once a file. */
function titledIn(repository: Repository, tests: readonly string[]): Titled[] {
  return tests.flatMap((spec) => {
    const titles = repository.read(spec).matchAll(/['"`](?:[^'"`\n]*\()?cases? (\d+(?:(?:,| and| to) \d+)*)/g);
    const numbers = new Set([...titles].flatMap((title) => numbersIn(title[1]!)));
    return [...numbers].map((number) => ({ number, spec }));
  });
}

/** `48 to 50` is three numbers, `69, 72` and `101 and 103` are two. */
function numbersIn(list: string): number[] {
  return list.split(/, | and /).flatMap((part) => {
    const [first, last = first] = part.split(' to ').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
