import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { RunningIdentity } from '../test/running-identity.ts';

const run = promisify(execFile);

it('the commands of docs/developing.md get a token for the mobile BFF', async () => {
  const page = readFileSync(join(__dirname, '../../../../docs/developing.md'), 'utf8');
  const [, commands] = /```sh\n(login=[^`]+)```/.exec(page)!;
  const identity = await RunningIdentity.start();
  try {
    const script = commands!.replace('http://127.0.0.1:4000', identity.url);
    expect(script).toContain(identity.url);
    const { stdout } = await run('sh', ['-c', `${script}\necho $token`]);
    expect(decodeJwt(stdout.trim())).toMatchObject({ aud: 'portico-api', client_id: 'mobile-app' });
  } finally {
    await identity.close();
  }
});
