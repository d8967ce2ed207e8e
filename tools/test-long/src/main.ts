/** `npm run test:long`: what takes too long for `npm test`. See docs/test-long/README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadSuite, suiteNames } from './load-suites.ts';
import { parseOptions } from './options.ts';
import { currentCommit, type Finding, pageOf, tableOf, verdictOf } from './report.ts';
import { missingOf } from './requirements.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function runAll(names: readonly string[], sample: boolean): Promise<Finding[]> {
  const suites = await Promise.all(names.map(async (name) => ({ name, suite: await loadSuite(name) })));
  const missing = suites.flatMap(({ name, suite }) => missingOf(suite).map((problem) => `${name}: ${problem}`));
  if (missing.length > 0) throw new Error(`cannot run:\n  ${missing.join('\n  ')}`);
  const findings: Finding[] = [];
  for (const { name, suite } of suites) {
    say(`${name}${sample ? ' (sample)' : ''}: ${suite.title}`);
    const outcome = await suite.run({ sample, say: (line) => say(`  ${line}`) });
    say([...tableOf(outcome), ...verdictOf(outcome), ''].join('\n'));
    findings.push({ name, suite, outcome });
  }
  return findings;
}

/** Writes the page of this line of Node. */
function write(findings: readonly Finding[], commit: string): void {
  const folder = new URL('../../../docs/test-long/', import.meta.url);
  const file = `node-${process.versions.node.split('.')[0]}.md`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), pageOf(findings, commit));
  say(`written: docs/test-long/${file}`);
}

async function main(): Promise<void> {
  const known = suiteNames();
  const { sample, suites } = parseOptions(process.argv.slice(2), known);
  const isWhole = !sample && suites.length === known.length;
  const commit = isWhole ? currentCommit() : undefined;
  const findings = await runAll(suites, sample);
  if (commit !== undefined) write(findings, commit);
  if (findings.some(({ outcome }) => outcome.failures.length > 0)) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await main();
} catch (error) {
  process.stderr.write(`test:long: ${(error as Error).message}\n`);
  process.exit(1);
}
