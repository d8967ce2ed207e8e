import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileWasm, TARGET } from './compile-wasm.ts';

const ROOT = join(__dirname, '../../..');

describe('the WebAssembly module', () => {
  it('is what its source compiles to', () => {
    expect(readFileSync(join(ROOT, TARGET), 'utf8')).toBe(compileWasm(ROOT));
  }, 60_000);
});
