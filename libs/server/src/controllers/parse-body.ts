import type { IncomingHttpHeaders } from 'node:http';
import { BffError } from '@portico/core';
import { parametersOf } from '@portico/http';
import secureJson from 'secure-json-parse';

/** Makes of a body's bytes what `@Body()` hands over. */
export type BodyParser = (bytes: Buffer) => unknown;

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = /^application\/(?:json|[\w!#$&^.+-]+\+json)$/;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;
/** Fields of the largest form, as parameters of the largest query of a view. */
const MOST_FIELDS = 1_000;
/** Stands between two fields. */
const AMPERSAND = 0x26;

/** How `secure-json-parse` names what it refuses. */
const POISONED = 'Object contains forbidden prototype property';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The parser for a body of this type: JSON (RFC 8259, and types that end in `+json`) or a form, in UTF-8.
 *
 * @throws BffError `media-type-unsupported`
 */
export function parserOf(headers: IncomingHttpHeaders): BodyParser {
  const value = headers['content-type'] ?? '';
  const type = value.split(';', 1)[0]!.trim().toLowerCase();
  const parser = JSON_TYPE.test(type) ? parseJson : type === FORM ? parseForm : undefined;
  if (parser === undefined) {
    throw unsupported(`send JSON or a form, not "${type}"`, { accept: `application/json, ${FORM}` });
  }
  refuseEncoded(value, headers['content-encoding']);
  return parser;
}

function refuseEncoded(type: string, coding = 'identity'): void {
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') throw unsupported('send the body in UTF-8');
  if (coding.toLowerCase() === 'identity') return;
  // RFC 9110 12.5.3: the response says what would have been taken.
  throw unsupported('send the body without a content coding', { 'accept-encoding': 'identity' });
}

function unsupported(detail: string, headers?: Readonly<Record<string, string>>): BffError {
  return new BffError('media-type-unsupported', { detail, ...(headers && { headers }) });
}

/** As Fastify: `__proto__` and `constructor.prototype` are refused, since what copies them would change its own prototype. */
function parseJson(bytes: Buffer): unknown {
  const text = textOf(bytes);
  try {
    return secureJson.parse(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    const isPoisoned = (error as Error).message === POISONED;
    throw invalid(
      isPoisoned
        ? 'the request body has a key that JavaScript reads as a prototype'
        : 'the request body is not valid JSON',
    );
  }
}

function parseForm(bytes: Buffer): unknown {
  refuseMany(bytes);
  const form = parametersOf(textOf(bytes));
  if ('__proto__' in form) throw invalid('the request body has a key that JavaScript reads as a prototype');
  return form;
}

/** Before any field is made. Where nothing stands between two `&` there is none. */
function refuseMany(bytes: Buffer): void {
  let [fields, start] = [0, 0];
  while (start < bytes.length) {
    const next = bytes.indexOf(AMPERSAND, start);
    const end = next < 0 ? bytes.length : next;
    if (end > start) fields++;
    if (fields > MOST_FIELDS) throw invalid(`a form may have ${MOST_FIELDS} fields at most`);
    start = end + 1;
  }
}

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid('the request body is not valid UTF-8');
  }
}

function invalid(detail: string): BffError {
  return new BffError('input-invalid', { detail });
}
