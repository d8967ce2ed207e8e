/**
 * The rules of W3C Trace Context level 2 (https://www.w3.org/TR/trace-context-2/) for what takes part in a trace: what comes in
 * as `traceparent` and `tracestate`, and what the calls that follow must carry. There are as many as the W3C's own suite has,
 * and they judge the same: 37 of single calls, 3 of requests that cause several, 1 of level 2.
 */
export interface Rule {
  readonly name: string;
  /** Each is sent as a request of its own; all must satisfy `holds`. */
  readonly requests: readonly Fields[];
  /** Calls that one request causes. Default 1. */
  readonly calls?: 3;
  /** Whether the calls are right, which came of the request with these fields. */
  readonly holds: (calls: readonly Call[], sent: Fields) => boolean;
}

/** Fields of a request, in their order; names may repeat. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** What a call carried. */
export interface Call {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
  /** Members of `tracestate` in their order. */
  readonly state: readonly (readonly [key: string, value: string])[];
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;

const parents = (...values: readonly string[]): Fields[] => values.map((value) => [['traceparent', value]]);

/** Requests in a valid trace, each with these `tracestate` fields. */
const states = (...lists: readonly (readonly string[])[]): Fields[] =>
  lists.map((list) => [['traceparent', SAMPLED], ...list.map((value) => ['tracestate', value] as const)]);

const continues: Rule['holds'] = ([call]) => call?.traceId === TRACE && call.parentId !== PARENT;
const restarts: Rule['holds'] = ([call]) => call !== undefined && call.traceId !== TRACE;
const valueOf = (call: Call | undefined, key: string): string | undefined =>
  call?.state.find((member) => member[0] === key)?.[1];

/** In the caller's trace with these members, in this order. */
const keeps =
  (...members: readonly string[]): Rule['holds'] =>
  (calls, sent) =>
    continues(calls, sent) && calls[0]!.state.map((member) => member.join('=')).join() === members.join();

/** In the caller's trace with none of its members. */
const drops: Rule['holds'] = (calls, sent) => continues(calls, sent) && calls[0]!.state.length === 0;

const differ = (calls: readonly Call[]): boolean =>
  calls.length === 3 && new Set(calls.map(({ parentId }) => parentId)).size === 3;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const KEY = `${LETTERS}0123456789_-*/`;
/** Every character from space to tilde but comma and equals sign. */
const VALUE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((character) => !',='.includes(character))
  .join('');

const member = (number: number): string => `m${number}=${number}`;
const members = (count: number): string[] => Array.from({ length: count }, (_, i) => member(i + 1));
/** The members in three fields. */
const inThree = (all: readonly string[]): string[] => [all.slice(0, 10), all.slice(10, 20), all.slice(20)].map(String);

const TRACEPARENT: readonly Rule[] = [
  { name: 'without both fields a trace starts', requests: [[]], holds: ([call]) => call !== undefined },
  { name: 'a valid traceparent is continued under a new parent', requests: parents(SAMPLED), holds: continues },
  {
    name: 'two traceparents start a new trace',
    requests: [[...parents(SAMPLED)[0]!, ['traceparent', SAMPLED.replace('4bf9', '5bf9')]]],
    holds: ([call]) => call !== undefined && !call.traceId.endsWith(TRACE.slice(4)),
  },
  {
    name: 'other names are no traceparent',
    requests: [[['trace-parent', SAMPLED]], [['trace.parent', SAMPLED]]],
    holds: restarts,
  },
  {
    name: 'the name traceparent in any case',
    requests: ['TraceParent', 'tRaCePaReNt', 'TRACEPARENT'].map((name): Fields => [[name, SAMPLED]]),
    holds: continues,
  },
  {
    name: 'version 00 has nothing behind its flags',
    requests: parents(`${SAMPLED}.`, `${SAMPLED}-more`),
    holds: restarts,
  },
  {
    name: 'a higher version is read as far as it is known',
    requests: parents(
      ...['', '-more'].map((rest) => `cc-${TRACE}-${PARENT}-01${rest}`),
      `cc-${TRACE}-${PARENT}-01.more`,
    ),
    holds: (calls, sent) => (sent[0]![1].endsWith('.more') ? restarts : continues)(calls, sent),
  },
  { name: 'version ff is forbidden', requests: parents(`ff-${TRACE}-${PARENT}-01`), holds: restarts },
  ...broken('the version', (text) => `${text}-${TRACE}-${PARENT}-01`, {
    'other characters': ['.0', '0.'],
    'too long': ['000', '0000'],
    'too short': ['0'],
  }),
  ...broken('the trace id', (text) => `00-${text}-${PARENT}-01`, {
    'all zero': ['0'.repeat(32)],
    'other characters': [`.${TRACE.slice(1)}`, `${TRACE.slice(1)}.`],
    'too long': [`${TRACE}0`, `0${TRACE}`],
    'too short': [TRACE.slice(1)],
  }),
  ...broken('the parent id', (text) => `00-${TRACE}-${text}-01`, {
    'all zero': ['0'.repeat(16)],
    'other characters': [`.${PARENT.slice(1)}`, `${PARENT.slice(1)}.`],
    'too long': [`${PARENT}0`],
    'too short': [PARENT.slice(1)],
  }),
  ...broken('the flags', (text) => `00-${TRACE}-${PARENT}-${text}`, {
    'other characters': ['.0', '0.'],
    'too long': ['001'],
    'too short': ['1'],
  }),
  {
    name: 'white space around a traceparent',
    requests: parents(` ${SAMPLED}`, `\t${SAMPLED}`, `${SAMPLED} `, `${SAMPLED}\t`, `\t ${SAMPLED} \t`),
    holds: continues,
  },
];

/** A rule for each way in which one of the parts of a traceparent can be wrong. */
function broken(
  part: string,
  write: (text: string) => string,
  ways: Readonly<Record<string, readonly string[]>>,
): readonly Rule[] {
  return Object.entries(ways).map(([way, texts]) => ({
    name: `${part} is ${way}`,
    requests: parents(...texts.map(write)),
    holds: ([call]) => call !== undefined && !call.traceId.includes(TRACE.slice(1)) && !/^0+$/.test(call.traceId),
  }));
}

const TRACESTATE: readonly Rule[] = [
  {
    name: 'a tracestate without traceparent is dropped',
    requests: [[['tracestate', 'foo=1']], [['tracestate', 'foo=1,bar=2']]],
    holds: ([call]) => call?.state.length === 0,
  },
  { name: 'a tracestate passes on', requests: states(['foo=1,bar=2']), holds: keeps('foo=1', 'bar=2') },
  {
    name: 'other names are no tracestate',
    requests: ['trace-state', 'trace.state'].map((name): Fields => [...parents(SAMPLED)[0]!, [name, 'foo=1']]),
    holds: drops,
  },
  {
    name: 'the name tracestate in any case',
    requests: ['TraceState', 'tRaCeStAtE', 'TRACESTATE'].map((name): Fields => [
      ...parents(SAMPLED)[0]!,
      [name, 'foo=1'],
    ]),
    holds: keeps('foo=1'),
  },
  {
    name: 'an empty tracestate counts as none',
    requests: states([''], ['foo=1', ''], ['', 'foo=1']),
    holds: (calls, sent) => (sent.some(([, value]) => value === 'foo=1') ? keeps('foo=1') : drops)(calls, sent),
  },
  {
    name: 'several fields are one list',
    requests: states(['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3']),
    holds: keeps('foo=1', 'bar=2', 'rojo=1', 'congo=2', 'baz=3'),
  },
  {
    name: 'of a key that repeats at least one stays',
    requests: states(['foo=1,foo=1'], ['foo=1,foo=2'], ['foo=1', 'foo=1'], ['foo=1', 'foo=2']),
    holds: (calls, sent) => continues(calls, sent) && ['1', '2'].includes(valueOf(calls[0], 'foo') ?? ''),
  },
  {
    name: 'keys and values of all allowed characters',
    requests: states([`${KEY}=${VALUE}`], [`${KEY}@a-z0-9_-*/=${VALUE}`]),
    holds: (calls, sent) => keeps(sent[1]![1])(calls, sent),
  },
  {
    name: 'white space around members',
    requests: states(['foo=1 \t , \t bar=2'], ['foo=1\t \t,\t \tbar=2'], [' foo=1,bar=2'], ['\tfoo=1,bar=2 \t']),
    holds: keeps('foo=1', 'bar=2'),
  },
  { name: 'keys of other characters', requests: states(['foo =1'], ['FOO=1'], ['foo.bar=1']), holds: drops },
  {
    name: 'a key may have @ anywhere but first',
    requests: states(['foo@=1,bar=2'], ['foo@@bar=1,bar=2'], ['foo@bar@baz=1,bar=2'], ['@foo=1,bar=2']),
    holds: (calls, sent) => (sent[1]![1].startsWith('@') ? drops : keeps(...sent[1]![1].split(',')))(calls, sent),
  },
  {
    name: '32 members pass on, 33 do not',
    requests: states(inThree(members(32)), inThree(members(33))),
    holds: (calls, sent) => (sent[3]![1].endsWith(member(33)) ? drops : keeps(...members(32)))(calls, sent),
  },
  {
    name: 'keys of 256 characters pass on, of 257 do not',
    requests: states(
      ...['z'.repeat(256), `${'t'.repeat(242)}@v`, `t@${'v'.repeat(15)}`, 'z'.repeat(257)].map((key) => [
        'foo=1',
        `${key}=1`,
      ]),
    ),
    holds: (calls, sent) => (sent[2]![1].length > 258 ? drops : keeps('foo=1', sent[2]![1]))(calls, sent),
  },
  { name: 'values with an equals sign, or none', requests: states(['foo=bar=baz'], ['foo=,bar=3']), holds: drops },
];

const SEVERAL: readonly Rule[] = [
  {
    name: 'several calls of a request are in its trace, each under a parent of its own',
    requests: parents(SAMPLED),
    calls: 3,
    holds: (calls) => differ(calls) && calls.every(({ traceId }) => traceId === TRACE),
  },
  { name: 'several calls of a request without trace differ', requests: [[]], calls: 3, holds: differ },
  {
    name: 'several calls of a request with a broken trace are in a new one',
    requests: parents(`00-${'0'.repeat(32)}-${PARENT}-01`),
    calls: 3,
    holds: (calls) => differ(calls) && calls.every(({ traceId }) => !/^0+$/.test(traceId)),
  },
];

const LEVEL_2: readonly Rule[] = [
  {
    name: 'the random flag is kept',
    requests: parents(`00-${TRACE}-${PARENT}-02`),
    holds: (calls, sent) => continues(calls, sent) && (calls[0]!.flags & 2) === 2,
  },
];

export const RULES: readonly Rule[] = [...TRACEPARENT, ...TRACESTATE, ...SEVERAL, ...LEVEL_2];
