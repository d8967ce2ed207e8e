/** `nx audit <bff>`: the effective table of a BFF; exits with 1 when a rule is broken, with 2 when it cannot tell. */
import { audit } from './audit.ts';
import { bffNames, loadAccepted, loadBff } from './load-bff.ts';
import { runTool } from './run-tool.ts';

await runTool(async () => {
  const [name = '', ...further] = process.argv.slice(2);
  if (further.length > 0 || !bffNames().includes(name)) {
    throw new Error(`say which BFF: nx audit ${bffNames().join(' | ')}`);
  }
  return audit(await loadBff(name), loadAccepted(name));
});
