import { randomBytes } from 'node:crypto';

/** W3C Trace Context Level 1 (https://www.w3.org/TR/trace-context/) of one request. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** Span of the gateway's own work, 16 lower-case hex digits: the parent of the upstream calls. */
  readonly spanId: string;
  /** The caller's span, when the caller sent one. */
  readonly parentId: string | undefined;
  /** Trace flags, 2 hex digits; bit 0 is `sampled`. */
  readonly flags: string;
  /** The caller's `tracestate`, passed on unchanged; empty when there was none or it was not valid. */
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

/** A new trace that starts at this gateway, not sampled. */
export function startTrace(): TraceContext {
  return { traceId: randomHex(32), spanId: randomHex(16), parentId: undefined, flags: '00', state: '' };
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Continues the trace of the caller, or starts a new one when `traceparent` is missing or not valid.
 *
 * @param traceparent value of the header; a list (a doubled header) is not valid
 * @param tracestate value of the header, several fields joined by commas; dropped when it breaks the limits
 */
export function parseTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent.trim());
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
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId: randomHex(16), parentId, flags: sampled ? '01' : '00', state: validState(tracestate) };
}

/** A fresh span id for one upstream call. */
export function childSpan(): string {
  return randomHex(16);
}

/** The `traceparent` value that makes `spanId` the parent of what the receiver does. */
export function formatTraceparent(trace: TraceContext, spanId: string): string {
  return `00-${trace.traceId}-${spanId}-${trace.flags}`;
}

const STATE_MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Section 3.3: at most 32 members and unique keys; we pass on up to 512 characters, the least a vendor must. */
function validState(state: string | undefined): string {
  if (!state || state.length > 512) return '';
  const members = state
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  const valid =
    members.length <= 32 && keys.size === members.length && members.every((member) => STATE_MEMBER.test(member));
  return valid ? members.join(',') : '';
}
