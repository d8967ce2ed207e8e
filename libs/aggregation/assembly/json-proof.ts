/*
 * AssemblyScript. Proves, 64 bytes at once, that JSON is one object, array or text from its first byte to its last: strings
 * end, brackets balance, each is closed by its own kind. `npm run wasm` compiles it into `src/json-proof-wasm.ts`.
 *
 * The masks of quotes and escapes are those of simdjson (Langdale, Lemire: Parsing Gigabytes of JSON per Second, 2019).
 */

/** Bytes to scan are put at 0: no more than the fastest cache of a core holds. */
const WINDOW_BYTES: i32 = 16384;
/** Brackets that are open, a byte each. */
const STACK: usize = 65536;
const MOST_DEPTH: i32 = 65536;

const ODD_BITS: u64 = 0xaaaaaaaaaaaaaaaa;
/** What the four brackets differ in. Four other characters have the same bits beside it, none of which JSON has outside of strings. */
const VARYING_BITS: u8 = 0x26;
const ALL_BITS: u8 = 0x7f;
/** Of the bits that vary those of opening and closing: each bracket has one of the two, and its counterpart the other. */
const END_BITS: u8 = 0x06;
const OPENING: u8 = 0x02;

let scanned: i32 = 0;
let depth: i32 = 0;
let escape: u64 = 0;
let inString: u64 = 0;
let quotes: i32 = 0;
let lastQuote: i32 = -1;
let closedAt: i32 = -1;
let hasHighBits: bool = false;

/** Forgets what was scanned before. */
export function begin(): void {
  scanned = 0;
  depth = 0;
  escape = 0;
  inString = 0;
  quotes = 0;
  lastQuote = -1;
  closedAt = -1;
  hasHighBits = false;
}

/** Scans the first bytes of the window; those after them are overwritten. False: whatever follows, this is not one value. */
export function scan(length: i32): bool {
  if (length > WINDOW_BYTES) return false;
  padWithSpace(length);
  let high = i8x16.splat(0);
  for (let at: i32 = 0; at < length; at += 64) {
    const a = v128.load(at as usize);
    const b = v128.load(at as usize, 16);
    const c = v128.load(at as usize, 32);
    const d = v128.load(at as usize, 48);
    high = v128.or(high, v128.or(v128.or(a, b), v128.or(c, d)));
    const slashes = bytesEqual(a, b, c, d, 0x5c);
    const unescaped = bytesEqual(a, b, c, d, 0x22) & ~escapedBits(slashes);
    const strings = stringBits(unescaped, at);
    // No JSON: what comes after it would be read in more than one way.
    if ((slashes & ~strings) !== 0) return false;
    const varying = i8x16.splat(VARYING_BITS);
    const brackets = bytesEqual(
      v128.or(a, varying),
      v128.or(b, varying),
      v128.or(c, varying),
      v128.or(d, varying),
      ALL_BITS,
    );
    if (!nest(brackets & ~strings, at)) return false;
  }
  scanned += length;
  if (i8x16.bitmask(high) !== 0) hasHighBits = true;
  return true;
}

/** Where the one object or array ends whose brackets are all that were scanned outside of strings; -1 when there is none. */
export function endOfNest(): i32 {
  return inString === 0 && depth === 0 ? closedAt : -1;
}

/** Where the one string ends that was scanned, when no bracket stands outside of it; -1 when there is none. */
export function endOfText(): i32 {
  return inString === 0 && depth === 0 && closedAt < 0 && quotes === 2 ? lastQuote : -1;
}

/** Whether all scanned bytes are ASCII. */
export function isAscii(): bool {
  return !hasHighBits;
}

/** Fills up the last block. */
function padWithSpace(length: i32): void {
  const space = i8x16.splat(0x20);
  v128.store(length as usize, space);
  v128.store(length as usize, space, 16);
  v128.store(length as usize, space, 32);
  v128.store(length as usize, space, 48);
}

/** Which of 64 bytes are `byte`. */
function bytesEqual(a: v128, b: v128, c: v128, d: v128, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  const low = i8x16.bitmask(i8x16.eq(a, wanted)) | (i8x16.bitmask(i8x16.eq(b, wanted)) << 16);
  const high = i8x16.bitmask(i8x16.eq(c, wanted)) | (i8x16.bitmask(i8x16.eq(d, wanted)) << 16);
  return (low as u32 as u64) | ((high as u32 as u64) << 32);
}

/** The bytes that a backslash before them takes the meaning from: those after an odd run of backslashes. */
function escapedBits(slashes: u64): u64 {
  if (slashes === 0) {
    const escaped = escape;
    escape = 0;
    return escaped;
  }
  const candidates = slashes & ~escape;
  const codes = (((candidates << 1) | ODD_BITS) - candidates) ^ ODD_BITS;
  const escaped = codes ^ (slashes | escape);
  escape = (codes & slashes) >> 63;
  return escaped;
}

/** The bytes of strings, the opening quote among them and the closing one not. */
function stringBits(unescaped: u64, at: i32): u64 {
  if (unescaped === 0) return inString;
  quotes += popcnt(unescaped) as i32;
  lastQuote = scanned + at + 63 - (clz(unescaped) as i32);
  let strings = unescaped ^ (unescaped << 1);
  strings ^= strings << 2;
  strings ^= strings << 4;
  strings ^= strings << 8;
  strings ^= strings << 16;
  strings ^= strings << 32;
  strings ^= inString;
  inString = ((strings as i64) >> 63) as u64;
  return strings;
}

/** Opens and closes the brackets of the block at `base`. */
function nest(brackets: u64, base: i32): bool {
  let left = brackets;
  let open = depth;
  while (left !== 0) {
    const at = base + (ctz(left) as i32);
    const byte = load<u8>(at as usize);
    left &= left - 1;
    if ((byte & END_BITS) === OPENING) {
      if (closedAt >= 0 || open === MOST_DEPTH) return false;
      store<u8>(STACK + (open as usize), byte ^ END_BITS);
      open++;
    } else {
      if (open === 0) return false;
      open--;
      // `Y`, `_`, `y` and DEL come here too, and nothing expects them.
      if (load<u8>(STACK + (open as usize)) !== byte) return false;
      if (open === 0) closedAt = scanned + at;
    }
  }
  depth = open;
  return true;
}
