const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Digits that a double always gives back as they were. */
const SURE_DIGITS = 15;
/** Digits that tell any two doubles apart: what has more was no double where it came from. */
const DOUBLE_DIGITS = 17;

/** Whether a byte outside of strings is the first of a number. */
export function beginsNumber(byte: number): boolean {
  return byte === MINUS || (byte >= ZERO && byte <= NINE);
}

/**
 * The index after the number that starts at `start`. Adds where it begins and ends to `found` unless it is plain to see that
 * JavaScript prints it as it is written: digits, perhaps a fraction, 15 in all.
 */
export function afterNumber(bytes: Uint8Array, start: number, found: number[]): number {
  let dot = 0;
  let isPlain = true;
  let i = start + 1;
  for (let kind = kindOf(bytes, i); kind !== END; kind = kindOf(bytes, ++i)) {
    if (kind === DOT) dot = i;
    else if (kind === EXPONENT) isPlain = false;
  }
  if (!isPlain || !isSure(bytes, bytes[start] === MINUS ? start + 1 : start, dot, i)) found.push(start, i);
  return i;
}

/** What a byte is within a number. */
const KINDS = new Uint8Array(256);
const END = 0;
const DIGIT = 1;
const DOT = 2;
const EXPONENT = 3;
for (const character of '0123456789') KINDS[character.charCodeAt(0)] = DIGIT;
for (const character of 'eE+-') KINDS[character.charCodeAt(0)] = EXPONENT;
KINDS['.'.charCodeAt(0)] = DOT;

function kindOf(bytes: Uint8Array, index: number): number {
  return index < bytes.length ? KINDS[bytes[index]!]! : END;
}

/** Of digits from `first` to `end`, with a dot at `dot` unless that is 0. */
function isSure(bytes: Uint8Array, first: number, dot: number, end: number): boolean {
  if (dot === 0) return end - first <= SURE_DIGITS && (bytes[first] !== ZERO || bytes[first - 1] !== MINUS);
  // 1.10 would become 1.1, and 0.0000001 the text 1e-7.
  return end - first <= SURE_DIGITS && bytes[end - 1] !== ZERO && (bytes[first] !== ZERO || bytes[dot + 1] !== ZERO);
}

/** Numbers of JSON: where each begins and ends, one after the other. The texts below have one character for each byte (latin1). */
export type Places = readonly number[];

/** Length up to which no number can lose its value: digits that a double holds, or an exponent of two digits. */
const SAFE_LENGTH = 15;
const SAFE_EXPONENT_LENGTH = 4;

/** Those that become another number: integers beyond 2^53, more digits than a double has, overflow, underflow. */
export function lostAmong(text: string, found: Places): Places {
  return placesOf(text, found, (token) => {
    if (token.length <= SAFE_EXPONENT_LENGTH) return false;
    return (token.length > SAFE_LENGTH || /[eE]/.test(token)) && isAnotherNumber(token);
  });
}

/** Those that JavaScript would write in another way: `1.10`, `1e3`, and those that become another number. */
export function changedAmong(text: string, found: Places): Places {
  return placesOf(text, found, (token) => String(Number(token)) !== token || isAnotherNumber(token));
}

function placesOf(text: string, found: Places, has: (token: string) => boolean): Places {
  const places: number[] = [];
  for (let i = 0; i < found.length; i += 2) {
    if (has(text.slice(found[i], found[i + 1]))) places.push(found[i]!, found[i + 1]!);
  }
  return places;
}

/** Integers beyond 2^53 count whatever their last digits are, so that neighbours are of one type. */
function isAnotherNumber(token: string): boolean {
  const value = Number(token);
  if (/^-?\d+$/.test(token)) return !Number.isSafeInteger(value);
  if (token.length <= SAFE_LENGTH && Number.isFinite(value) && value !== 0) return false;
  const [digits = ''] = token.split(/[eE]/);
  const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return significant.length > DOUBLE_DIGITS || !Number.isFinite(value) || (value === 0 && significant !== '');
}

/** JSON with these numbers as texts: in quotes, digit by digit. The result is no longer one character for each byte. */
export function quoteNumbers(text: string, numbers: Places): string {
  const pieces: string[] = [];
  let last = 0;
  for (const place of numbers) {
    pieces.push(text.slice(last, place));
    last = place;
  }
  pieces.push(text.slice(last));
  return Buffer.from(pieces.join('"'), 'latin1').toString('utf8');
}
