import { covers, overlaps, type PathTemplate, shapeOf } from '@portico/routing';
import { type BffDescription, isUnsafe, nameOf, type Operation, UNSAFE } from './operation.ts';
import { accessInWords, bytesInWords, timeInWords } from './words.ts';

/** A rule that an operation breaks; each has a section in `docs/audit-rules.md`. */
export interface Violation {
  readonly rule: string;
  /** `nameOf` the operation. */
  readonly operation: string;
  /** What is wrong, in a sentence without a capital and a full stop. */
  readonly message: string;
}

/** Says what is wrong with an operation of a BFF, undefined when nothing is. */
type Check = (operation: Operation, bff: BffDescription) => string | undefined;

const MAX_TIMEOUT = 30_000;
const MAX_BODY = 10 * 1024 ** 2;

const RULES: Readonly<Record<string, Check>> = {
  P001: ({ access, handler }) =>
    access === undefined ? `nobody said who may call ${handler ?? 'it'}, so nobody may` : undefined,

  P002: (operation) =>
    operation.access === 'public' && isUnsafe(operation) ? 'changes something for everybody who asks' : undefined,

  P003: ({ access, upstreams }) => {
    const withToken = upstreams.find(({ options }) => (options.token ?? 'none') !== 'none');
    return access === 'public' && withToken
      ? `lets everybody call upstream ${withToken.name} with a token that is not theirs`
      : undefined;
  },

  P004: ({ timeout }) =>
    timeout !== undefined && timeout > MAX_TIMEOUT
      ? `may take ${timeInWords(timeout)}, more than ${timeInWords(MAX_TIMEOUT)}`
      : undefined,

  P005: (operation) =>
    isUnsafe(operation) && operation.maxBodyBytes !== undefined && operation.maxBodyBytes > MAX_BODY
      ? `takes a body of ${bytesInWords(operation.maxBodyBytes)}, more than ${bytesInWords(MAX_BODY)}`
      : undefined,

  P006: (operation, { operations }) => {
    const guarded = operations.find((other) => isWayRound(operation, other));
    return guarded
      ? `leads ${accessInWords(operation.access)} to ${describeTarget(guarded)}, which ${nameOf(guarded)} keeps for ${accessInWords(guarded.access)}`
      : undefined;
  },

  P007: (operation, { scope }) =>
    scope === 'admin' && (operation.access === 'public' || operation.access === 'user') && !isForEverybody(operation)
      ? `belongs to a BFF for staff and is open to ${accessInWords(operation.access)}`
      : undefined,

  P008: ({ access }, { door }) =>
    door === undefined && access !== undefined && access !== 'public'
      ? `asks for ${accessInWords(access)}, but the BFF has no door that knows anybody`
      : undefined,

  P009: (operation, { scope, hasAuditTrail }) =>
    scope === 'admin' && !hasAuditTrail && isUnsafe(operation) && operation.access !== 'public'
      ? 'is for staff and leaves no audit trail'
      : undefined,
};

/** All rules that the operations of a BFF break, in the order of the table. */
export function violationsOf(bff: BffDescription): readonly Violation[] {
  return Object.entries(RULES).flatMap(([rule, check]) =>
    bff.operations.flatMap((operation) => {
      const message = check(operation, bff);
      return message === undefined ? [] : [{ rule, operation: nameOf(operation), message }];
    }),
  );
}

/** The endpoints of login, the probes, and the files of a page; a row of the route table is none, whatever its path. */
function isForEverybody({ kind, path }: Operation): boolean {
  if (kind !== 'controller') return kind === 'files';
  return /^\/(?:bff|health)(?:\/|$)/.test(path) && !path.startsWith('/bff/staff');
}

/** How much is asked of a caller. */
function strictness({ access }: Operation): number {
  if (access === 'public') return 0;
  return access === 'user' ? 1 : 2;
}

/** Whether `open` reaches what `guarded` guards, by a path that is not the guarded one. */
function isWayRound(open: Operation, guarded: Operation): boolean {
  const { target: from } = open;
  const { target: to } = guarded;
  if (!from || !to || strictness(open) >= strictness(guarded) || from.upstream.name !== to.upstream.name) return false;
  const isShared = open.methods.some((method) => guarded.methods.includes(method));
  return isShared && overlaps(from.path, to.path) && !isShadowed(from, to);
}

type Target = NonNullable<Operation['target']>;

/** Whether the router gives the calls in question to the guarded row, because its path is the narrower one. */
function isShadowed(open: Target, guarded: Target): boolean {
  if (!covers(open.from, guarded.from) || shapeOf(open.from) === shapeOf(guarded.from)) return false;
  const rest = (path: PathTemplate): number => path.segments.findIndex(({ kind }) => kind === 'rest');
  if (rest(open.from) < 0) return true;
  const below = (path: PathTemplate, start: number): string =>
    shapeOf({ ...path, segments: path.segments.slice(start) });
  return below(guarded.from, rest(open.from)) === below(guarded.path, rest(open.path));
}

function describeTarget({ target, methods }: Operation): string {
  const unsafe = methods.filter((method) => UNSAFE.has(method));
  return `${(unsafe.length > 0 ? unsafe : methods).join(',')} ${target!.path.text} of ${target!.upstream.name}`;
}
