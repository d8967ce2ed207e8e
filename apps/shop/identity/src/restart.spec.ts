import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RunningIdentity } from '../test/running-identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'identity-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a restart keeps logins, refresh tokens, sessions of browsers and keys', async () => {
  const first = await RunningIdentity.start({ DATA_DIR: folder });
  const port = new URL(first.url).port;
  const browser = first.browser();
  const tokens = await first.logIn('alice', { browser });
  await first.close();
  // The client's kept connections end too.
  await wait(100);
  const second = await RunningIdentity.start({ DATA_DIR: folder, PORT: port });
  try {
    expect(
      await second.introspect('ordering', (await second.exchange('web-bff', tokens.access_token)).access_token),
    ).toMatchObject({ active: true });
    const renewed = await second.refresh('web-bff', tokens.refresh_token);
    expect(renewed.claims()?.sub).toBe(tokens.claims()?.sub);
    expect((await second.logIn('nobody', { browser })).claims()?.sub).toBe(tokens.claims()?.sub);
  } finally {
    await second.close();
  }
});

it('elsewhere than on loopback there are neither test users nor known secrets', async () => {
  const start = RunningIdentity.start({ ISSUER: 'https://id.example.org' });
  await expect(start).rejects.toThrow(/WEB_BFF_SECRET: .*\n.*ADMIN_BFF_SECRET: .*\n.*PORTICO_API_SECRET: /);
});
