import { isSpace } from './json-edges.ts';
import { afterNumber, beginsNumber } from './json-numbers.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

/** The index after the string that starts at `start`; the length of the bytes when it does not end. */
function afterString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return Math.min(i + 1, bytes.length);
}

/** `[` and `{` differ from `]` and `}` by 2; both pairs differ from each other in this bit only. */
const CURLY_BIT = 0x20;

/** How much structure JSON may have. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depth: number;
  /** Commas and colons: what all arrays and objects hold together, a name counted like a value. */
  readonly entries: number;
}

/**
 * What JSON has too much of; undefined if nothing. Linear, without a stack; checks nothing else.
 *
 * @param numbers is given where each number begins and ends whose value JavaScript may not keep (see `afterNumber`)
 */
export function excessOf(bytes: Uint8Array, most: JsonLimits, numbers: number[]): keyof JsonLimits | undefined {
  let depth = 0;
  let entries = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) i = afterString(bytes, i) - 1;
    else if (byte === COLON || byte === COMMA) {
      if (++entries > most.entries) return 'entries';
    } else if ((byte & ~CURLY_BIT) === 0x5b) {
      if (++depth > most.depth) return 'depth';
    } else if ((byte & ~CURLY_BIT) === 0x5d) depth--;
    else if (beginsNumber(byte)) i = afterNumber(bytes, i, numbers) - 1;
  }
  return undefined;
}

/** The index after the value that starts at `start`: at the `,` or bracket behind it. */
function afterValue(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let i = start;
  while (i < bytes.length) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      i = afterString(bytes, i);
      continue;
    }
    if ((byte & ~CURLY_BIT) === 0x5b) depth++;
    else if ((byte & ~CURLY_BIT) === 0x5d && depth-- === 0) return i;
    else if (byte === COMMA && depth === 0) return i;
    i++;
  }
  return i;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let i = start;
  while (i < bytes.length && isSpace(bytes[i]!)) i++;
  return i;
}

function endOfContent(bytes: Uint8Array, end: number): number {
  let i = end;
  while (i > 0 && isSpace(bytes[i - 1]!)) i--;
  return i;
}

const ITEMS = Buffer.from('"items"');

/**
 * What stands between the brackets of a list, without copying: the whole body when it is an array, its first member
 * `items` when it is an object. Undefined when there is no such array. Linear in the bytes.
 */
export function itemsOf(bytes: Uint8Array): Uint8Array | undefined {
  const start = skipSpace(bytes, 0);
  if (bytes[start] === 0x5b) return contentOf(bytes, start, endOfContent(bytes, bytes.length));
  if (bytes[start] !== 0x7b) return undefined;
  let i = skipSpace(bytes, start + 1);
  while (bytes[i] === QUOTE) {
    const nameEnd = afterString(bytes, i);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return undefined;
    const value = skipSpace(bytes, colon + 1);
    const end = afterValue(bytes, value);
    if (ITEMS.equals(bytes.subarray(i, nameEnd))) return contentOf(bytes, value, endOfContent(bytes, end));
    i = skipSpace(bytes, end + 1);
  }
  return undefined;
}

function contentOf(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (bytes[start] !== 0x5b || bytes[end - 1] !== 0x5d || end - start < 2) return undefined;
  return bytes.subarray(skipSpace(bytes, start + 1), endOfContent(bytes, end - 1));
}
