import type { HeldBody } from '@portico/upstream';
import { firstByte, lastByteIndex } from './json-edges.ts';
import { JSON_PROOF_WASM } from './json-proof-wasm.ts';
import { joined } from './joined.ts';
import { isUtf8Body } from './utf8-body.ts';

/** What `assembly/json-proof.ts` exports. */
interface Prover {
  readonly memory: { readonly buffer: ArrayBuffer };
  begin(): void;
  /** Takes the first bytes of the memory. 0: whatever follows, this is not one value. */
  scan(length: number): number;
  endOfNest(): number;
  endOfText(): number;
  isAscii(): number;
}

/** The few words of the interface that are used here: neither `lib` nor @types/node has it without the DOM. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

const prover = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(JSON_PROOF_WASM, 'base64')))
  .exports as Prover;

const WINDOW_BYTES = 16_384;
const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const memory = new Uint8Array(prover.memory.buffer, 0, WINDOW_BYTES);

const NOT_ONE_VALUE = 'is not one JSON value';
const SCALAR = /^[ \t\r\n]*(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t\r\n]*$/;

/**
 * Why a body cannot be spliced into JSON: it is not UTF-8, or not exactly one value from its first byte to its last, white
 * space around it allowed. Undefined when it can: its strings end, its brackets balance by kind and never go below where
 * they began, so that no reader of JSON can take what comes after it for a part of it, or the other way round.
 *
 * Whether the inside of an object or array is valid is another question (`validateJson`): `{"a":NaN}` passes, and makes the
 * whole page invalid. Not all that is invalid passes. Brackets may be open 65,536 deep.
 */
export function flawOf(body: HeldBody): string | undefined {
  const first = firstByte(body.chunks);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && first !== QUOTE) {
    return SCALAR.test(joined(body).toString('latin1')) ? undefined : NOT_ONE_VALUE;
  }
  const end = scanAll(body.chunks) ? endOf(first) : -1;
  if (end === -1 || end !== lastByteIndex(body.chunks, body.length)) return NOT_ONE_VALUE;
  return prover.isAscii() !== 0 || isUtf8Body(body) ? undefined : 'is not UTF-8';
}

function endOf(first: number): number {
  return first === QUOTE ? prover.endOfText() : prover.endOfNest();
}

/** Hands all bytes to the prover, a window at a time. */
function scanAll(chunks: readonly Uint8Array[]): boolean {
  prover.begin();
  let filled = 0;
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(WINDOW_BYTES - filled, chunk.length - at);
      memory.set(taken === chunk.length ? chunk : chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < WINDOW_BYTES) continue;
      if (prover.scan(WINDOW_BYTES) === 0) return false;
      filled = 0;
    }
  }
  return prover.scan(filled) !== 0;
}
