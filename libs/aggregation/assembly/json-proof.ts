/*
 * AssemblyScript. Proves, 64 bytes at once, that JSON is one object, array or text from its first byte to its last: strings
 * end, brackets balance, each is closed by its own kind. `npm run wasm` compiles it into `src/json-proof-wasm.ts`.
 *
 * The masks of quotes and escapes are those of simdjson (Langdale, Lemire: Parsing Gigabytes of JSON per Second, 2019).
 */

/** Bytes to scan are put at 0; brackets that are open stand behind them. */
const WINDOW_BYTES: i32 = 65536;
const STACK: usize = 65536;
const MOST_DEPTH: i32 = 65536;

const ODD_BITS: u64 = 0xaaaaaaaaaaaaaaaa;
/** `[` and `{` differ in this bit only, and so do `]` and `}`. */
const CURLY_BIT: u8 = 0x20;
/** Opening brackets have it, closing ones do not; both are 2 apart. */
const OPEN_BIT: u8 = 2;

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

/** Scans the first bytes of the window, a multiple of 64. False: whatever follows, this is not one value. */
export function scan(length: i32): bool {
  if (length > WINDOW_BYTES) return false;
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  const curly = i8x16.splat(CURLY_BIT);
  const opening = i8x16.splat(0x7b);
  const closing = i8x16.splat(0x7d);
  let high = i8x16.splat(0);
  for (let at: i32 = 0; at < length; at += 64) {
    const a = v128.load(at as usize);
    const b = v128.load(at as usize, 16);
    const c = v128.load(at as usize, 32);
    const d = v128.load(at as usize, 48);
    high = v128.or(high, v128.or(v128.or(a, b), v128.or(c, d)));
    const slashes = bits(
      i8x16.eq(a, backslash),
      i8x16.eq(b, backslash),
      i8x16.eq(c, backslash),
      i8x16.eq(d, backslash),
    );
    const marks = bits(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote));
    const unescaped = marks & ~escapedBits(slashes);
    const strings = stringBits(unescaped, at);
    // No JSON: what comes after it would be read in more than one way.
    if ((slashes & ~strings) !== 0) return false;
    const e = v128.or(a, curly);
    const f = v128.or(b, curly);
    const g = v128.or(c, curly);
    const h = v128.or(d, curly);
    const brackets = bits(
      v128.or(i8x16.eq(e, opening), i8x16.eq(e, closing)),
      v128.or(i8x16.eq(f, opening), i8x16.eq(f, closing)),
      v128.or(i8x16.eq(g, opening), i8x16.eq(g, closing)),
      v128.or(i8x16.eq(h, opening), i8x16.eq(h, closing)),
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

function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = (i8x16.bitmask(a) as u32) | ((i8x16.bitmask(b) as u32) << 16);
  const high = (i8x16.bitmask(c) as u32) | ((i8x16.bitmask(d) as u32) << 16);
  return (low as u64) | ((high as u64) << 32);
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

/** Opens and closes the brackets at `base`. */
function nest(brackets: u64, base: i32): bool {
  let left = brackets;
  while (left !== 0) {
    const at = base + (ctz(left) as i32);
    const byte = load<u8>(at as usize);
    left &= left - 1;
    if ((byte & OPEN_BIT) !== 0) {
      if (closedAt >= 0 || depth === MOST_DEPTH) return false;
      store<u8>(STACK + (depth as usize), byte + 2);
      depth++;
    } else {
      if (depth === 0) return false;
      depth--;
      if (load<u8>(STACK + (depth as usize)) !== byte) return false;
      if (depth === 0) closedAt = scanned + at;
    }
  }
  return true;
}
