import { shapeOf } from '@portico/routing';
import { z } from 'zod';
import { parseFile } from './accepted.ts';
import type { AuditResult } from './audit.ts';
import { formatTable } from './format-table.ts';
import { type BffDescription, type Operation, UNSAFE } from './operation.ts';
import * as words from './words.ts';

/** In what BFFs may treat an upstream operation differently. */
const FIELDS = ['who', 'timeout', 'body', 'token'] as const;

type Field = (typeof FIELDS)[number];

/** A way in which BFFs treat one upstream operation differently. */
export interface Difference {
  /** `ordering POST /orders/:`: upstream, method, and path with the names of parameters left out. */
  readonly operation: string;
  readonly field: Field;
  /** What each BFF that has the operation says; several of one BFF joined by ` | `. */
  readonly values: Readonly<Record<string, string>>;
}

/** A difference that is meant. It holds for exactly these values. */
export interface Wanted extends Difference {
  readonly reason: string;
}

const FILE = z.strictObject({
  wanted: z.array(
    z.strictObject({
      operation: z.string(),
      field: z.enum(FIELDS),
      values: z.record(z.string(), z.string()),
      reason: z.string().min(20, 'must say why, in a sentence'),
    }),
  ),
});

/**
 * Reads the wanted differences, `tools/audit/parity.json`.
 *
 * @throws Error with everything that is wrong with it
 */
export function parseWanted(text: string, name: string): readonly Wanted[] {
  return parseFile(FILE, text, name).wanted;
}

/** Where BFFs forward to the same operation of an upstream and do not treat it alike. */
export function differencesBetween(bffs: readonly BffDescription[]): readonly Difference[] {
  const operations = new Map<string, Map<string, Operation[]>>();
  for (const bff of bffs) {
    for (const operation of bff.operations) {
      for (const key of keysOf(operation)) {
        const byBff = operations.get(key) ?? new Map<string, Operation[]>();
        operations.set(key, byBff);
        byBff.set(bff.name, [...(byBff.get(bff.name) ?? []), operation]);
      }
    }
  }
  return [...operations]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, byBff]) => FIELDS.flatMap((field) => differenceIn(field, key, byBff)));
}

function keysOf({ target, methods }: Operation): readonly string[] {
  return target ? methods.map((method) => `${target.upstream.name} ${method} ${shapeOf(target.path)}`) : [];
}

function differenceIn(field: Field, operation: string, byBff: ReadonlyMap<string, readonly Operation[]>): Difference[] {
  const isUnsafe = UNSAFE.has(operation.split(' ')[1]!);
  // A body is read for some methods only, though a row states one limit for all of its methods.
  if (byBff.size < 2 || (field === 'body' && !isUnsafe)) return [];
  const values = Object.fromEntries(
    [...byBff].map(([name, operations]) => [name, [...new Set(operations.map(VALUE[field]))].sort().join(' | ')]),
  );
  return new Set(Object.values(values)).size > 1 ? [{ operation, field, values }] : [];
}

const VALUE: Readonly<Record<Field, (operation: Operation) => string>> = {
  who: ({ access }) => words.accessInWords(access),
  timeout: ({ timeout }) => words.timeInWords(timeout),
  body: ({ maxBodyBytes }) => words.bytesInWords(maxBodyBytes),
  token: ({ target }) => words.tokenInWords(target!.upstream.options.token),
};

/** What `npm run audit:parity` prints. */
export function parity(bffs: readonly BffDescription[], wanted: readonly Wanted[]): AuditResult {
  const differences = differencesBetween(bffs);
  const isSame = (one: Difference, other: Difference): boolean => textOf(one) === textOf(other);
  const undeclared = differences.filter((difference) => !wanted.some((one) => isSame(one, difference)));
  const stale = wanted.filter((one) => !differences.some((difference) => isSame(one, difference)));
  const names = bffs.map(({ name }) => name);
  const rows = differences.map((difference) => [
    difference.operation,
    difference.field,
    ...names.map((name) => difference.values[name] ?? ''),
    undeclared.includes(difference) ? 'UNDECLARED' : wanted.find((one) => isSame(one, difference))!.reason,
  ]);
  const isClean = undeclared.length === 0 && stale.length === 0;
  const table = formatTable(['OPERATION', 'FIELD', ...names, 'REASON'], rows);
  return { text: [table, ...verdict(undeclared, stale)].join('\n\n'), isClean };
}

function verdict(undeclared: readonly Difference[], stale: readonly Wanted[]): string[] {
  if (undeclared.length === 0 && stale.length === 0)
    return ['All differences are declared in tools/audit/parity.json.'];
  const entries = undeclared.map((difference) => `    ${JSON.stringify({ ...difference, reason: '' })}`);
  return [
    ...(entries.length > 0
      ? [`Make the BFFs alike, or declare in tools/audit/parity.json why not:\n${entries.join(',\n')}`]
      : []),
    ...stale.map(
      ({ operation, field }) => `parity.json: ${field} of ${operation} is not as declared: mend it or take it out`,
    ),
  ];
}

/** The same for differences that are the same, whatever the order in which BFFs are named. */
function textOf({ operation, field, values }: Difference): string {
  return JSON.stringify([operation, field, Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))]);
}
