import { createHash } from 'node:crypto';
import type { SessionEnding } from '../session/session-ending.ts';

/** Who called what; the same in both records of a call. */
export interface AuditedCall {
  readonly requestId: string;
  readonly traceId: string;
  /** `Principal.id`; undefined when nobody was known, or not yet. */
  readonly principal: string | undefined;
  /** Handle of the session, never the value of its cookie. */
  readonly session: string | undefined;
  readonly client: string;
  readonly method: string;
  /** Template of the route; there is no query and no body in a trail. */
  readonly route: string;
  /** The values of the template's parameters, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What became of a call. */
export interface AuditedAnswer {
  readonly status: number;
  /** Code of the BFF's error, if it was one; what an upstream answered is in the status alone. */
  readonly error: string | undefined;
  /** Milliseconds from the request's arrival to the end of its answer. */
  readonly duration: number;
}

/** What each record says. */
interface EntryBase {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly bff: string;
  /** Records of answers before this one that could not be kept while the trail could not be written. */
  readonly lost?: number;
}

/** The record of a call. */
export interface CallEntry extends EntryBase, AuditedCall, Partial<AuditedAnswer> {
  /** `asked`: a call that was let in, written before anything is done for it. `answered`: how any call ended, refused ones too. */
  readonly event: 'asked' | 'answered';
}

/** The record of calls that have none of their own. */
export interface OmissionsEntry extends EntryBase {
  readonly event: 'omitted';
  /** Calls that were refused since the last such record, beyond as many as are written down. */
  readonly omitted: number;
}

/** The record of a session that no call has ended: its user began more than one user may have. */
export interface EndingEntry extends EntryBase, SessionEnding {
  readonly event: 'session-ended';
}

/** What a record says before it has its place in the trail. */
export type AuditEntry = CallEntry | OmissionsEntry | EndingEntry;

/** The place in the chain that the next record follows. */
export interface ChainEnd {
  /** Number of the last record, 0 before the first. */
  readonly seq: number;
  /** SHA-256 of its line without the line end, in hexadecimal. */
  readonly hash: string;
}

/** What the first record of a chain follows. */
export const CHAIN_START: ChainEnd = Object.freeze({ seq: 0, hash: '0'.repeat(64) });

/** Longest text of a record that comes from a client, in characters. */
const MAX_TEXT = 1_000;

/** A record as the line it is written in, without the line end. */
export function lineOf(entry: AuditEntry, previous: ChainEnd): string {
  const { seq, hash } = previous;
  const texts = 'route' in entry ? textsOf(entry) : undefined;
  return JSON.stringify({ seq: seq + 1, ...entry, ...texts, previous: hash });
}

function textsOf({ principal, client, route, parameters }: CallEntry): object {
  const cutParameters = Object.entries(parameters).map(([name, value]) => [name, cut(value)]);
  return {
    ...(principal === undefined ? {} : { principal: cut(principal) }),
    client: cut(client),
    route: cut(route),
    parameters: Object.fromEntries(cutParameters) as unknown,
  };
}

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

/** The chain's end after a line. */
export function endAfter(line: string, seq: number): ChainEnd {
  return { seq, hash: createHash('sha256').update(line).digest('hex') };
}

/** What a line says of its place in the chain: undefined when it is not a whole record. */
export function placeOf(line: string): { readonly seq: number; readonly previous: string } | undefined {
  try {
    const { seq, previous } = JSON.parse(line) as { seq?: unknown; previous?: unknown };
    const isRecord = Number.isSafeInteger(seq) && typeof previous === 'string' && /^[0-9a-f]{64}$/.test(previous);
    return isRecord ? { seq: seq as number, previous } : undefined;
  } catch {
    return undefined;
  }
}
