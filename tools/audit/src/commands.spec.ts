import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from './audit.ts';
import { bffNames, loadAccepted, loadBff } from './load-bff.ts';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '../../..');

/** Runs a command of the audit as npm and Nx do, without any settings. */
function run(script: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const source = [
    '--conditions=@portico/source',
    '--import',
    './tools/dev/register.mjs',
    `tools/audit/src/${script}.ts`,
  ];
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { PATH: process.env['PATH'] }, timeout: 60_000 };
    const child = execFile(process.execPath, [...source, ...args], options, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

it.each(bffNames())('%s breaks no rule that is not declared', async (bff) => {
  expect(audit(await loadBff(bff), loadAccepted(bff)).text).toMatch(/No rule is broken/);
});

describe('the commands of the audit', () => {
  it('print the table of a BFF', async () => {
    const { code, out } = await run('main', 'mobile-bff');
    expect(out).toMatch(/^mobile-bff: \d+ operations, bearer tokens\n/);
    expect(code).toBe(0);
  });

  it('compare the BFFs, whose differences are declared', async () => {
    const { code, out } = await run('parity-main');
    expect(out).toContain('All differences are declared');
    expect(code).toBe(0);
  });

  it('say which BFFs there are', async () => {
    const { code, err } = await run('main', '../shop/catalog');
    expect(err).toMatch(/^say which BFF: nx audit .*web-bff/);
    expect(code).toBe(2);
  });

  it('check a trail', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trail-'));
    const path = join(folder, 'trail.jsonl');
    await writeFile(path, `{"seq":1,"previous":"${'0'.repeat(64)}"}\n{"seq":2,"previous":"${'0'.repeat(64)}"}\n`);
    const { code, out } = await run('trail-main', path);
    expect(out).toContain('THE CHAIN IS BROKEN');
    expect(code).toBe(1);
    await rm(folder, { recursive: true });
  });
});
