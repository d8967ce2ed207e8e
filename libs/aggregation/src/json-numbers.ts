const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const QUOTE = 0x22;

/** Length up to which a number without an exponent cannot lose its value. */
const SAFE_LENGTH = 15;
/** The same for one with an exponent: `1e9`. */
const SAFE_EXPONENT_LENGTH = 3;
/** Digits that tell any two doubles apart: what has more was no double where it came from. */
const DOUBLE_DIGITS = 17;
/** Digits before the point that an integer beyond 2^53 has at least. */
const SMALLEST_UNSAFE_SIZE = 16;
/** Sizes within which nothing overflows or underflows. */
const LARGEST_SIZE = 308;
const SMALLEST_SIZE = -306;

/** Whether a byte outside of strings is the first of a number. */
export function beginsNumber(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE);
}

/**
 * The index after the number that starts at `start`. Adds where it begins and ends to `found` unless it is plain to see that
 * its value is not lost: three characters, or 15 and no exponent.
 */
export function afterNumber(bytes: Uint8Array, start: number, found: number[]): number {
  let hasExponent = false;
  let i = start + 1;
  for (let kind = kindOf(bytes, i); kind !== END; kind = kindOf(bytes, ++i)) if (kind === EXPONENT) hasExponent = true;
  if (i - start > (hasExponent ? SAFE_EXPONENT_LENGTH : SAFE_LENGTH)) found.push(start, i);
  return i;
}

/** What a byte is within a number. */
const KINDS = new Uint8Array(256);
const END = 0;
const DIGIT = 1;
const EXPONENT = 2;
for (const character of '0123456789.+-') KINDS[character.charCodeAt(0)] = DIGIT;
for (const character of 'eE') KINDS[character.charCodeAt(0)] = EXPONENT;

function kindOf(bytes: Uint8Array, index: number): number {
  return index < bytes.length ? KINDS[bytes[index]!]! : END;
}

/** Numbers of JSON: where each begins and ends, one after the other. */
export type Places = readonly number[];

/** Those that become another number: integers beyond 2^53, more digits than a double has, overflow, underflow. */
export function lostAmong(bytes: Buffer, found: Places): Places {
  if (found.length === 0) return found;
  const text = bytes.toString('latin1');
  const places: number[] = [];
  for (let i = 0; i < found.length; i += 2) {
    const start = found[i]!;
    const end = found[i + 1]!;
    if (isLost(bytes, text, bytes[start] === MINUS ? start + 1 : start, end)) places.push(start, end);
  }
  return places;
}

/**
 * Integers beyond 2^53 count whatever their last digits are, so that neighbours are of one type.
 *
 * @param text one character for each byte
 */
function isLost(bytes: Uint8Array, text: string, start: number, end: number): boolean {
  const { digits, size, isInteger } = measured(bytes, start, end);
  if (digits === 0) return false;
  if (digits > DOUBLE_DIGITS) return true;
  if (size > DOUBLE_DIGITS && size < LARGEST_SIZE) return isInteger;
  if (size < SMALLEST_UNSAFE_SIZE && size > SMALLEST_SIZE) return false;
  const value = Number(text.slice(start, end));
  return value === 0 || value === Infinity || (value > Number.MAX_SAFE_INTEGER && size <= DOUBLE_DIGITS);
}

interface Measured {
  /** From the first to the last that is not 0. */
  readonly digits: number;
  /** Digits before the point, were the number written without an exponent; negative: zeros that follow the point. */
  readonly size: number;
  /** Neither a point nor an exponent stands. */
  readonly isInteger: boolean;
}

function measured(bytes: Uint8Array, start: number, end: number): Measured {
  let seen = 0;
  let digits = 0;
  let size = 0;
  let hasPoint = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (KINDS[byte] === EXPONENT) return { digits, size: size + exponentAt(bytes, i + 1, end), isInteger: false };
    if (byte === POINT) hasPoint = true;
    else if (byte !== ZERO || seen > 0) {
      seen++;
      if (byte !== ZERO) digits = seen;
      if (!hasPoint) size++;
    } else if (hasPoint) size--;
  }
  return { digits, size, isInteger: !hasPoint };
}

function exponentAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  const first = bytes[start] === MINUS || bytes[start] === PLUS ? start + 1 : start;
  for (let i = first; i < end; i++) value = value * 10 + (bytes[i]! - ZERO);
  return bytes[start] === MINUS ? -value : value;
}

/** JSON with these numbers as texts: in quotes, digit by digit. */
export function quoteNumbers(bytes: Buffer, numbers: Places): string {
  const quoted = Buffer.allocUnsafe(bytes.length + numbers.length);
  let at = 0;
  let next = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (i === numbers[next]) {
      quoted[at++] = QUOTE;
      next++;
    }
    quoted[at++] = bytes[i]!;
  }
  if (next < numbers.length) quoted[at++] = QUOTE;
  return quoted.toString('utf8', 0, at);
}
