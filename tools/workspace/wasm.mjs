/** `npm run wasm`: compiles the AssemblyScript of the libraries anew. Run it after a change to a file in `assembly`. */
import '../dev/register.mjs';

const { writeWasm } = await import('./src/compile-wasm.ts');
writeWasm(process.cwd());
