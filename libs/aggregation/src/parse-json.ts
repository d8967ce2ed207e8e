import { isUtf8 } from 'node:buffer';
import { BffError } from '@portico/core';
import type { HeldBody } from '@portico/upstream';
import { isDeeperThan } from './json-scan.ts';

/** Deeper JSON is refused: reading it is harmless, but code that walks it recursively is not. */
const DEEPEST = 64;

/** The bytes of a body as one piece; no copy when they are. */
export function joined(body: HeldBody): Buffer {
  const only = body.chunks.length === 1 ? body.chunks[0]! : undefined;
  return only ? Buffer.from(only.buffer, only.byteOffset, only.length) : Buffer.concat(body.chunks, body.length);
}

/**
 * Parses what an upstream sent, for code that reads it. `__proto__` members, and `constructor` members that hold a
 * `prototype`, are left out, so that code that merges objects cannot be made to change prototypes.
 *
 * @throws BffError `upstream-body-invalid` when it is no JSON in UTF-8 (RFC 8259) or nested more than 64 deep
 */
export function parseJson(body: HeldBody): unknown {
  const bytes = joined(body);
  if (!isUtf8(bytes)) throw invalid('is not UTF-8');
  if (isDeeperThan(bytes, DEEPEST)) throw invalid(`is nested more than ${DEEPEST} deep`);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('is not JSON', cause);
  }
  if (MAY_POISON.test(text)) removePoison(value);
  return value;
}

function invalid(what: string, cause?: unknown): BffError {
  return new BffError('upstream-body-invalid', { detail: `the answer of an upstream ${what}`, cause });
}

/** A name that is dangerous, or may be, written with escapes. */
const MAY_POISON = /__proto__|constructor|\\u00/i;

function removePoison(root: unknown): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    if (Object.hasOwn(value, 'constructor') && holdsPrototype(value.constructor)) {
      Reflect.deleteProperty(value, 'constructor');
    }
    for (const one of Object.values(value)) pending.push(one);
  }
}

function holdsPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
