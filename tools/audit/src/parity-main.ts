/** `npm run audit:parity`: where BFFs treat one upstream operation differently; exits with 1 when that is not declared. */
import { readFileSync } from 'node:fs';
import { bffNames, loadBff } from './load-bff.ts';
import { parity, parseWanted } from './parity.ts';
import { runTool } from './run-tool.ts';

await runTool(async () => {
  const wanted = parseWanted(
    readFileSync(new URL('../parity.json', import.meta.url), 'utf8'),
    'tools/audit/parity.json',
  );
  const bffs = [];
  for (const name of bffNames()) bffs.push(await loadBff(name));
  return parity(bffs, wanted);
});
