import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');
jest.setTimeout(60_000);

it('starts with one line, on every Node that we support', async () => {
  const loader = join(root, 'tools/dev/register.mjs');
  const child = spawn(
    process.execPath,
    ['--conditions=@portico/source', '--import', loader, join(__dirname, 'main.ts')],
    { cwd: root, env: { PATH: '', PORT: '0', DATA_DIR: ':memory:' } },
  );
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      resolve();
    });
    child.once('exit', () => resolve());
  });
  child.kill('SIGKILL');
  expect(said).toMatch(/^identity is listening on http:\/\/127\.0\.0\.1:\d+\n$/);
});
