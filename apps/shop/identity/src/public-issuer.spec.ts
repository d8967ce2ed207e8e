import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'openid-client';
import { RunningIdentity } from '../test/running-identity.ts';

const SECRET = 'a-secret-of-its-own';
const SECRETS = Object.fromEntries(
  ['WEB_BFF', 'ADMIN_BFF', 'PORTICO_API', 'ORDERING', 'REPORTS'].map((name) => [`${name}_SECRET`, SECRET]),
);

async function loginUrl(identity: RunningIdentity): Promise<URL> {
  return client.buildAuthorizationUrl(await identity.client('web-bff'), {
    redirect_uri: 'http://127.0.0.1:34567/bff/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  });
}

it('an issuer that others reach has no administration: a proxy that adds no field would make everybody local', async () => {
  const identity = await RunningIdentity.start({ ISSUER: 'https://id.example', TEST_USERS: 'on', ...SECRETS });
  try {
    const answers = [
      await identity.admin('PATCH', '/users/alice', { roles: ['manager'] }),
      await identity.admin('DELETE', '/users/alice/sessions'),
      await identity.admin('POST', '/keys/rotate'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  } finally {
    await identity.close();
  }
});

describe('TEST_USERS=off', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'identity-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names no test users, and lets those in no more whom the database has from before', async () => {
    await (await RunningIdentity.start({ DATA_DIR: folder })).close();
    const identity = await RunningIdentity.start({ DATA_DIR: folder, TEST_USERS: 'off' });
    try {
      const browser = identity.browser();
      const page = await browser.open(await loginUrl(identity));
      expect(page.text).toContain('<h1>Log in</h1>');
      for (const told of ['To try the shop', 'mia']) expect(page.text).not.toContain(told);
      expect((await browser.submit(page, { username: 'mia', password: 'mia' })).status).toBe(401);
    } finally {
      await identity.close();
    }
  });

  it('takes nothing from them for good: turned on again they have the ids that they had', async () => {
    const first = await RunningIdentity.start({ DATA_DIR: folder });
    const subject = (await first.logIn('alice')).claims()?.sub;
    await first.close();
    await (await RunningIdentity.start({ DATA_DIR: folder, TEST_USERS: 'off' })).close();
    const again = await RunningIdentity.start({ DATA_DIR: folder });
    try {
      expect((await again.logIn('alice')).claims()?.sub).toBe(subject);
    } finally {
      await again.close();
    }
  });
});
