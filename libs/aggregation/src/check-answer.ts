import { BffError } from '@portico/core';
import { type HeldBody, headerOf, type UpstreamResponse } from '@portico/upstream';
import { withoutMark } from './byte-order-mark.ts';
import { afterAge, type CacheLife, parseCacheControl } from './cache-control.ts';
import { flawOf } from './json-proof.ts';

/** JSON of one part, or of one call of a fan-out: one value in UTF-8 (see `flawOf`), but not parsed. */
export interface PartAnswer {
  /** Without a byte order mark. */
  readonly body: HeldBody;
  /** Undefined when no upstream had to be asked. */
  readonly life: CacheLife | undefined;
  /** Its `vary`, several fields joined by commas. */
  readonly vary: string | undefined;
  /** The upstream's `validateJson`: parse it although nobody reads it. */
  readonly validate: boolean;
  /** Whether the upstream failed and its `fallback` stands in its place (`x-portico-fallback`). */
  readonly isFallback: boolean;
  /** Its value, where it had to be parsed call by call. */
  readonly value?: unknown;
}

/** The header fields that matter to an aggregate; all others end here. */
interface AnswerFields {
  contentType?: string;
  contentEncoding?: string;
  contentLength?: string;
  cacheControl?: string;
  age?: string;
  vary?: string;
  fallback?: string;
}

const FIELDS: ReadonlyMap<string, keyof AnswerFields> = new Map<string, keyof AnswerFields>([
  ['content-type', 'contentType'],
  ['content-encoding', 'contentEncoding'],
  ['content-length', 'contentLength'],
  ['cache-control', 'cacheControl'],
  ['age', 'age'],
  ['vary', 'vary'],
  ['x-portico-fallback', 'fallback'],
]);

/**
 * Takes an upstream's answer for a part, or says why it is none.
 *
 * @throws BffError `resource-not-found` (404, 410), `upstream-unavailable` (429, 503), `upstream-status` (any other but 2xx),
 *   `upstream-body-invalid` when it is not one JSON value in UTF-8, encoded, cut short or of another length than it says
 */
export function checkAnswer(response: UpstreamResponse, upstream: string, validate: boolean): PartAnswer {
  const { status, body } = response;
  if (!('chunks' in body)) {
    body.destroy();
    throw new BffError('internal', { upstream, cause: new TypeError('a body that was to be held came as a stream') });
  }
  if (status < 200 || status > 299 || status === 206) throw statusError(response, upstream);
  const fields = readFields(response.headers);
  const json = withoutMark(body);
  const problem = problemOf(fields, body) ?? flawOf(json);
  if (problem)
    throw new BffError('upstream-body-invalid', { detail: `the answer of an upstream ${problem}`, upstream });
  const life = afterAge(parseCacheControl(fields.cacheControl), fields.age);
  return { body: json, life, vary: fields.vary, validate, isFallback: fields.fallback !== undefined };
}

/** Repeated fields are joined as one list (RFC 9110 5.3), which none but `cache-control` and `vary` survive. */
function readFields(headers: readonly string[]): AnswerFields {
  const fields: AnswerFields = {};
  for (let i = 0; i < headers.length; i += 2) {
    const field = FIELDS.get(headers[i]!);
    if (field === undefined) continue;
    const before = fields[field];
    fields[field] = before === undefined ? headers[i + 1]! : `${before}, ${headers[i + 1]!}`;
  }
  return fields;
}

function problemOf(fields: AnswerFields, body: HeldBody): string | undefined {
  if (!isJsonType(fields.contentType)) return 'is not application/json';
  if (fields.contentEncoding !== undefined && fields.contentEncoding.toLowerCase() !== 'identity') return 'is encoded';
  if (fields.contentLength !== undefined && Number(fields.contentLength) !== body.length) return 'has another length';
  return isUtf8Type(fields.contentType!) ? undefined : 'is not in UTF-8';
}

const JSON_TYPE = /^[ \t]*application\/(?:[!#$%&'*+\-.^_`|~0-9a-z]{1,100}\+)?json[ \t]*(?:;[^,]*)?$/i;

/** Whether a media type is JSON (RFC 8259) or based on it (RFC 6839 `+json`): any case, any parameters, one value only. */
export function isJsonType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  return contentType === 'application/json' || JSON_TYPE.test(contentType);
}

const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";, \t]*)/gi;
const USUAL = /^application\/json; ?charset=utf-8$/i;
/** UTF-8 (RFC 8259 8.1), and what is a part of it. */
const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Whether a media type names no encoding of text but UTF-8. JSON has no such parameter, but upstreams send it. */
export function isUtf8Type(contentType: string): boolean {
  if (!contentType.includes(';') || USUAL.test(contentType)) return true;
  for (const [, name] of contentType.matchAll(CHARSET)) if (!UTF8_NAMES.has(name!.toLowerCase())) return false;
  return true;
}

function statusError({ status, headers }: UpstreamResponse, upstream: string): BffError {
  const cause = new Error(`the upstream answered ${status}`);
  if (status === 404 || status === 410) return new BffError('resource-not-found', { upstream, cause });
  if (status !== 429 && status !== 503) return new BffError('upstream-status', { upstream, cause });
  const wait = headerOf(headers, 'retry-after');
  const retry = wait !== undefined && /^\d{1,6}$/.test(wait) ? { headers: { 'retry-after': wait } } : {};
  return new BffError('upstream-unavailable', { upstream, cause, ...retry });
}
