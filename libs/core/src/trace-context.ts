import { randomBytes } from 'node:crypto';

/** W3C Trace Context Level 2 (https://www.w3.org/TR/trace-context-2/) of one request. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Span of the gateway's own work, 16 lower-case hex digits: the parent of the upstream calls. */
  readonly spanId: string;
  /** The caller's span, when the caller sent one. */
  readonly parentId: string | undefined;
  /** Trace flags, 2 hex digits; bit 0 is `sampled`, bit 1 is `random-trace-id`. */
  readonly flags: string;
  /** The caller's `tracestate`, at most 512 characters; empty when there was none or it was not valid. */
  readonly state: string;
}

/** Bytes drawn at once: a system call, and even a call into Node, for each id would cost more than all else here. */
const DRAW = 4 * 1024;
let pool = '';
let used = 0;
const ALL_ZERO = /^0+$/;

/** Random hex of `digits` digits, never all zero. */
function randomHex(digits: 16 | 32): string {
  if (used + digits > pool.length) {
    pool = randomBytes(DRAW).toString('hex');
    used = 0;
  }
  const hex = pool.slice(used, (used += digits));
  const mayBeZero = hex.charCodeAt(0) === 48;
  return mayBeZero && ALL_ZERO.test(hex) ? randomHex(digits) : hex;
}

/** A new trace that starts at this gateway: not sampled, and its id is random. */
export function startTrace(): TraceContext {
  return { traceId: randomHex(32), spanId: randomHex(16), parentId: undefined, flags: '02', state: '' };
}

const SAMPLED = 1;
const RANDOM_TRACE_ID = 2;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[^,]*)?$/;

/**
 * Continues the trace of the caller, or starts a new one when `traceparent` is missing or not valid.
 *
 * @param traceparent value of the header; a list (a doubled header) is not valid
 * @param tracestate value of the header, several fields joined by commas; dropped when a member is not valid or there are more than 32
 */
export function parseTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(withoutSpace(traceparent));
  if (!match) return startTrace();
  const [, version, traceId, parentId, flags, rest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (
    version === 'ff' ||
    (version === '00' && rest !== undefined) ||
    ALL_ZERO.test(traceId) ||
    ALL_ZERO.test(parentId)
  ) {
    return startTrace();
  }
  return { traceId, spanId: randomHex(16), parentId, flags: knownFlags(version, flags), state: validState(tracestate) };
}

/** The flags that are passed on: of a higher version only `sampled` may be read (section 3.2.4), others are set to zero. */
function knownFlags(version: string, flags: string): string {
  const known = version === '00' ? SAMPLED | RANDOM_TRACE_ID : SAMPLED;
  return `0${Number.parseInt(flags, 16) & known}`;
}

/** A fresh span id for one upstream call. */
export function childSpan(): string {
  return randomHex(16);
}

/** The `traceparent` value that makes `spanId` the parent of what the receiver does. */
export function formatTraceparent(trace: TraceContext, spanId: string): string {
  return `00-${trace.traceId}-${spanId}-${trace.flags}`;
}

/** One member of a `tracestate`: its key, and a value that does not end with a space. */
const STATE_MEMBER =
  /^([a-z0-9][a-z0-9_\-*/@]{0,255})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
/** Members that a `tracestate` may have (section 3.3.1.1). */
const MAX_MEMBERS = 32;
/** Characters of a `tracestate` that are passed on: as many as every vendor should (section 3.3.1.5). */
const MAX_STATE = 512;
/** Members longer than this are left out first when a `tracestate` is too long (section 3.3.1.5). */
const LONG_MEMBER = 128;

/** The members of a `tracestate` in their order. Of several with one key the first counts, which is the newest. */
function validState(state: string | undefined): string {
  if (!state) return '';
  const members = new Map<string, string>();
  let count = 0;
  for (const part of state.split(',')) {
    const member = withoutSpace(part);
    if (member === '') continue;
    const key = STATE_MEMBER.exec(member)?.[1];
    if (key === undefined || ++count > MAX_MEMBERS) return '';
    if (!members.has(key)) members.set(key, member);
  }
  return shortened([...members.values()]).join(',');
}

/** Leaves out whole members of a list that is too long: long ones first, then those at the end (section 3.3.1.5). */
function shortened(members: string[]): string[] {
  let length = members.reduce((sum, member) => sum + member.length + 1, -1);
  for (let i = members.length - 1; i >= 0 && length > MAX_STATE; i--) {
    if (members[i]!.length > LONG_MEMBER) length -= members.splice(i, 1)[0]!.length + 1;
  }
  while (length > MAX_STATE) length -= members.pop()!.length + 1;
  return members;
}

/** The value without optional white space (RFC 9110 5.6.3) around it, which is less than `trim()` takes off. */
function withoutSpace(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;
