import { formatTable } from './format-table.ts';
import type { BffDescription, Operation } from './operation.ts';
import * as words from './words.ts';

const HEADER = ['METHODS', 'PATH', 'WHO MAY', 'CSRF', 'BODY', 'TIMEOUT', 'GOES TO', 'TOKEN', 'IDENTITY FIELDS'];

/** The effective table of a BFF, as text. */
export function auditTable(bff: BffDescription): string {
  const rows = [...bff.operations].sort(byPath).map((operation) => rowOf(bff, operation));
  return `${bff.name}: ${rows.length} operations, ${doorInWords(bff)}\n\n${formatTable(HEADER, rows)}`;
}

function byPath(one: Operation, other: Operation): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.methods.join() < other.methods.join() ? -1 : 1;
}

function doorInWords({ door }: BffDescription): string {
  if (door === undefined) return 'no door';
  return door === 'session' ? 'sessions by cookie' : 'bearer tokens';
}

function rowOf({ door }: BffDescription, operation: Operation): string[] {
  const { methods, path, access, timeout, upstreams } = operation;
  return [
    methods.join(','),
    path,
    words.accessInWords(access),
    words.csrfInWords(door, operation),
    words.bodyInWords(operation),
    words.timeInWords(timeout),
    words.destinationInWords(operation),
    perUpstream(upstreams.map(({ options }) => words.tokenInWords(options.token))),
    // On a public row nobody is known, so there is nobody to tell of.
    access === 'public' ? '-' : perUpstream(upstreams.map(words.claimsInWords)),
  ];
}

/** What is said of each upstream of a view once, when it is the same for all. */
function perUpstream(values: readonly string[]): string {
  const distinct = new Set(values);
  return distinct.size <= 1 ? (values[0] ?? '-') : values.join(', ');
}
