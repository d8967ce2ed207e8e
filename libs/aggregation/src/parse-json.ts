import { isUtf8 } from 'node:buffer';
import { BffError } from '@portico/core';
import type { HeldBody } from '@portico/upstream';
import { joined } from './joined.ts';
import { lostAmong, quoteNumbers } from './json-numbers.ts';
import { excessOf, type JsonLimits } from './json-scan.ts';

/**
 * Deeper JSON is refused: reading it is harmless, but code that walks it recursively is not. So is JSON of more entries:
 * 200,000 names in 2 MiB would hold up every other request for 150 ms.
 */
const MOST: JsonLimits = { depth: 64, entries: 150_000 };

/** Numbers that are read as text; for more of them the text would be made over for too long. */
const MOST_LOST = 50_000;

/** Dangerous names that are taken out; taking out more is no longer cheap. */
const MOST_POISON = 1_000;

/**
 * Parses what an upstream sent, for code that reads it. `__proto__` members, and `constructor` members that hold a
 * `prototype`, are left out, so that code that merges objects cannot be made to change prototypes. Numbers that would become
 * another number (`9007199254740993`, `1e400`) are texts, digit by digit.
 *
 * @throws BffError `upstream-body-invalid` when it is no JSON in UTF-8 (RFC 8259), is nested more than
 *   64 deep, has more than 150,000 names and values, or more than 50,000 such numbers
 */
export function parseJson(body: HeldBody): unknown {
  const bytes = joined(body);
  if (!isUtf8(bytes)) throw invalid('is not UTF-8');
  const numbers: number[] = [];
  const excess = excessOf(bytes, MOST, numbers);
  if (excess) throw invalid(`has more ${excess} than ${MOST[excess]}`);
  // As it is first: in quotes a number would pass for a name.
  const plain = parsed(bytes.toString('utf8'));
  const lost = lostAmong(bytes, numbers);
  if (lost.length === 0) return plain;
  if (lost.length > 2 * MOST_LOST) throw invalid(`has more numbers that a double cannot hold than ${MOST_LOST}`);
  return parsed(quoteNumbers(bytes, lost));
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
