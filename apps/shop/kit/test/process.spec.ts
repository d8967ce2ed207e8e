import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');
jest.setTimeout(30_000);
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

async function start(
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; said: string; code?: number }> {
  const loader = join(root, 'tools/dev/register.mjs');
  const child = spawn(
    process.execPath,
    ['--conditions=@portico/source', '--import', loader, join(__dirname, 'empty-service.ts')],
    { cwd: root, env: { PATH: '', ...environment } },
  );
  started.push(child);
  let said = '';
  return new Promise((done) => {
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    child.stdout.on('data', (chunk) => done({ child, said: said + String(chunk) }));
    child.on('close', (code) => done({ child, said, code: code ?? -1 }));
  });
}

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says where it listens and ends with 0 on %s', async (signal) => {
    const { child, said } = await start({ PORT: '0' });
    const [, url] = /^empty is listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said) ?? [];
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with 1 and one sentence when the port is taken', async () => {
    const { said: first } = await start({ PORT: '0' });
    const port = /:(\d+)\n$/.exec(first)?.[1] ?? '';
    const { said, code } = await start({ PORT: port });
    expect(code).toBe(1);
    expect(said).toBe(
      `empty cannot start: 127.0.0.1:${port} is taken by another process; stop it, or give empty another port with PORT=...\n`,
    );
  });

  it('ends with 1 and the problem when a setting does not fit', async () => {
    const { said, code } = await start({ PORT: 'many' });
    expect(code).toBe(1);
    expect(said).toMatch(/^empty cannot start: configuration is not valid:\n {2}- PORT: /);
  });
});
