import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SOURCE = 'libs/aggregation/assembly/json-proof.ts';
/** TypeScript that holds the compiled module as text, so that builds, tests and bundlers need to know nothing of it. */
export const TARGET = 'libs/aggregation/src/json-proof-wasm.ts';

/** Two pages of memory, all that the module ever has; `stub`: it allocates nothing. */
const OPTIONS = [
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
  ...['--initialMemory', '2', '--maximumMemory', '2'],
];

/** Compiles the AssemblyScript of the clone under `root`; returns the text that `TARGET` must have. */
export function compileWasm(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portico-wasm-'));
  try {
    const file = join(folder, 'module.wasm');
    execFileSync(process.execPath, [compilerOf(root), SOURCE, '--outFile', file, ...OPTIONS], { cwd: root });
    return (
      '/** `assembly/json-proof.ts` in base64, made by `npm run wasm`; a test compares the two. */\n' +
      `export const JSON_PROOF_WASM =\n  '${readFileSync(file).toString('base64')}';\n`
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `npm run wasm`. */
export function writeWasm(root: string): void {
  writeFileSync(join(root, TARGET), compileWasm(root));
}

function compilerOf(root: string): string {
  const manifest = createRequire(join(root, 'package.json')).resolve('assemblyscript/package.json');
  return join(dirname(manifest), 'bin/asc.js');
}
