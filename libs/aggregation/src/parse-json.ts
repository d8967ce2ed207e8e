import { isUtf8 } from 'node:buffer';
import { BffError } from '@portico/core';
import type { HeldBody } from '@portico/upstream';
import { joined } from './joined.ts';
import { changedAmong, lostAmong, quoteNumbers } from './json-numbers.ts';
import { excessOf, type JsonLimits } from './json-scan.ts';

/**
 * Deeper JSON is refused: reading it is harmless, but code that walks it recursively is not. So is JSON of more entries:
 * 200,000 names in 2 MiB would hold up every other request for 150 ms.
 */
const MOST: JsonLimits = { depth: 64, entries: 150_000 };

/** Dangerous names that are taken out; taking out more is no longer cheap. */
const MOST_POISON = 1_000;

/** JSON as code reads it. */
export interface Parsed {
  /** For mappers and shapes: numbers, but texts of those that would become another number (`9007199254740993`, `1e400`). */
  readonly shown: unknown;
  /** For calls that are made of it: texts also of those that JavaScript would write in another way (`1.10`, `1e3`). */
  given(): unknown;
}

/**
 * Parses what an upstream sent, for code that reads it. `__proto__` members, and `constructor` members that hold a
 * `prototype`, are left out, so that code that merges objects cannot be made to change prototypes.
 *
 * @throws BffError `upstream-body-invalid` when it is no JSON in UTF-8 (RFC 8259), is nested more than
 *   64 deep, or has more than 150,000 names and values
 */
export function parseJson(body: HeldBody): Parsed {
  const bytes = joined(body);
  if (!isUtf8(bytes)) throw invalid('is not UTF-8');
  const numbers: number[] = [];
  const excess = excessOf(bytes, MOST, numbers);
  if (excess) throw invalid(`has more ${excess} than ${MOST[excess]}`);
  // As it is first: in quotes a number would pass for a name.
  const plain = parsed(bytes.toString('utf8'));
  if (numbers.length === 0) return { shown: plain, given: () => plain };
  const text = bytes.toString('latin1');
  const lost = lostAmong(text, numbers);
  const shown = lost.length === 0 ? plain : parsed(quoteNumbers(text, lost));
  let given: unknown;
  return { shown, given: () => (given ??= givenOf(text, numbers, shown)) };
}

function givenOf(text: string, numbers: readonly number[], shown: unknown): unknown {
  const changed = changedAmong(text, numbers);
  return changed.length === 0 ? shown : parsed(quoteNumbers(text, changed));
}

function parsed(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: its message quotes the text, and would take it into the log.
    throw invalid('is not JSON');
  }
  if (MAY_POISON.test(text)) removePoison(value);
  return value;
}

function invalid(what: string): BffError {
  return new BffError('upstream-body-invalid', { detail: `the answer of an upstream ${what}` });
}

/** A name that is dangerous, or may be, written with escapes. */
const MAY_POISON = /__proto__|constructor|\\u00/i;

function removePoison(root: unknown): void {
  const pending: unknown[] = [root];
  let removed = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, one] of Object.entries(value)) {
      if (name !== '__proto__' && !(name === 'constructor' && holdsPrototype(one))) pending.push(one);
      else if (++removed > MOST_POISON) throw invalid(`has more dangerous names than ${MOST_POISON}`);
      else Reflect.deleteProperty(value, name);
    }
  }
}

function holdsPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
