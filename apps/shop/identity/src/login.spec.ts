import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { type Browser, target } from '../test/browser.ts';
import { oauthError, RunningIdentity } from '../test/running-identity.ts';

let identity: RunningIdentity;

beforeAll(async () => {
  identity = await RunningIdentity.start();
});
afterAll(() => identity.close());

/** An authorization request, as the BFF makes it, with changes; null takes a parameter out. */
async function authorizationUrl(changes: Record<string, string | null> = {}): Promise<URL> {
  const parameters = {
    redirect_uri: 'http://127.0.0.1:34567/bff/callback',
    scope: 'openid',
    state: 'the-state',
    code_challenge: await client.calculatePKCECodeChallenge('v'.repeat(43)),
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  return client.buildAuthorizationUrl(await identity.client('web-bff'), Object.fromEntries(given));
}

describe('a login', () => {
  it('gives a BFF an ID token with roles, name, time and session', async () => {
    const tokens = await identity.logIn('mia');
    expect(tokens.claims()).toMatchObject({
      iss: identity.url,
      aud: 'web-bff',
      sub: '31a00000-0000-4000-8000-000000000004',
      name: 'Mia Moore',
      preferred_username: 'mia',
      email: 'mia@portico.test',
      roles: ['staff', 'manager'],
      acr: '1',
      auth_time: expect.any(Number) as number,
      sid: expect.any(String) as string,
    });
    expect([tokens.expires_in, typeof tokens.refresh_token]).toEqual([300, 'string']);
  });

  it.each([
    ['web-bff', 'web-bff', 'openid profile email'],
    ['admin-bff', 'admin-bff', 'openid profile email'],
    ['mobile-app', 'portico-api', 'openid profile email portico-api'],
  ])('gives %s an access token for %s, a JWT of RFC 9068', async (id, audience, scope) => {
    const { access_token: token } = await identity.logIn('sam', { id });
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'RS256' });
    expect(decodeJwt(token)).toMatchObject({
      iss: identity.url,
      aud: audience,
      sub: '5a300000-0000-4000-8000-000000000003',
      client_id: id,
      scope,
      roles: ['staff'],
      acr: '1',
      auth_time: expect.any(Number) as number,
    });
  });

  it('is not asked for again in the same browser, unless the client wants it', async () => {
    const browser = identity.browser();
    const first = await identity.logIn('alice', { browser });
    const second = await identity.logIn('nobody', { browser });
    expect(second.claims()?.sub).toBe(first.claims()?.sub);
    const page = await browser.open(await authorizationUrl({ prompt: 'login' }));
    expect([page.status, page.text.includes('type="password"')]).toEqual([200, true]);
  });

  it('case 68: in two tabs at once both finish, and logging in again leaves the first one alive', async () => {
    const browser = identity.browser();
    const [one, other] = [await identity.logIn('alice', { browser }), await identity.logIn('alice', { browser })];
    expect((await identity.refresh('web-bff', one.refresh_token)).access_token).toEqual(expect.any(String));
    await client.tokenRevocation(await identity.client('web-bff'), one.refresh_token ?? '');
    expect((await identity.refresh('web-bff', other.refresh_token)).access_token).toEqual(expect.any(String));
  });

  it('can be begun with a pushed request, and its answer names the issuer', async () => {
    const configuration = await identity.client('web-bff');
    const url = await client.buildAuthorizationUrlWithPAR(configuration, (await authorizationUrl()).searchParams);
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const callback = await identity.browser().logIn(url, 'bob');
    expect(callback.searchParams.get('iss')).toBe(identity.url);
    expect(callback.searchParams.get('state')).toBe('the-state');
  });

  it('without anybody there ends with login_required', async () => {
    const end = target(await identity.browser().open(await authorizationUrl({ prompt: 'none' })));
    expect(end.searchParams.get('error')).toBe('login_required');
  });

  it('can be cancelled', async () => {
    const browser = identity.browser();
    const page = await browser.open(await authorizationUrl());
    const end = target(await browser.submit(page, { username: '', password: '', action: 'cancel' }));
    expect([end.host, end.searchParams.get('error')]).toEqual(['127.0.0.1:34567', 'access_denied']);
  });

  it('gives a code that works once; a second use revokes what came of it', async () => {
    const configuration = await identity.client('web-bff');
    const callback = await identity.browser().logIn(await authorizationUrl(), 'bob');
    const redeem = () =>
      client.authorizationCodeGrant(configuration, callback, {
        expectedState: 'the-state',
        pkceCodeVerifier: 'v'.repeat(43),
      });
    const { refresh_token: refreshToken } = await redeem();
    expect(await oauthError(redeem())).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('web-bff', refreshToken))).toBe('invalid_grant');
  });
});

describe('an authorization request is refused', () => {
  it('without PKCE', async () => {
    const end = target(
      await identity.browser().open(await authorizationUrl({ code_challenge: null, code_challenge_method: null })),
    );
    expect(end.searchParams.get('error')).toBe('invalid_request');
    expect(end.searchParams.get('error_description')).toContain('PKCE');
  });

  it('with PKCE plain', async () => {
    const end = target(await identity.browser().open(await authorizationUrl({ code_challenge_method: 'plain' })));
    expect(end.searchParams.get('error')).toBe('invalid_request');
  });

  it.each([
    'http://127.0.0.1:34567/other',
    'http://127.0.0.1:34567/bff/callback?more=1',
    'http://127.0.0.1:34567/bff/callback#part',
    'http://127.0.0.1:34567/bff/../bff/callback',
    'http://user@127.0.0.1:34567/bff/callback',
    'http://127.0.0.1.evil.example/bff/callback',
    'http://evil.example/bff/callback',
    'http://127.1:34567/bff/callback',
    'HTTP://127.0.0.1:34567/bff/callback',
    'javascript:alert(1)',
  ])('with the redirect URI %s, and nobody is sent there', async (redirectUri) => {
    const page = await identity.browser().open(await authorizationUrl({ redirect_uri: redirectUri }));
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.text).toContain('invalid_redirect_uri');
  });

  it('wherever its Host header points: addresses are those of the issuer', async () => {
    const answer = await fetch(`${identity.url}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    });
    const metadata = (await answer.json()) as Record<string, unknown>;
    expect(metadata['token_endpoint']).toBe(`${identity.url}/token`);
    expect(JSON.stringify(metadata)).not.toContain('evil');
  });
});

describe('the login page', () => {
  let browser: Browser;
  beforeEach(() => {
    browser = identity.browser();
  });

  it('has labels, runs no script, and may be framed by nobody', async () => {
    const page = await browser.open(await authorizationUrl());
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(page.text).toContain('<label for="username">');
    expect(page.text).not.toContain('<script');
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:34567;/,
    );
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(page.text) ?? [];
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['a wrong password', 'alice', 'wrong'],
    ['an unknown user', 'nobody', 'wrong'],
    ['the password of another', 'alice', 'bob'],
  ])('says the same of %s, as text that is announced, and keeps the username', async (_, username, password) => {
    const page = await browser.submit(await browser.open(await authorizationUrl()), { username, password });
    expect(page.status).toBe(401);
    expect(page.text).toMatch(/role="alert">\s*Username and password do not fit together\./);
    expect(page.text).toContain(`value="${username}"`);
    expect(page.text).not.toContain(`value="${password}"`);
  });

  it('writes what was typed as text', async () => {
    const page = await browser.submit(await browser.open(await authorizationUrl()), {
      username: `"><script>alert('1')</script>`,
      password: 'x',
    });
    expect(page.text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)');
    expect(page.text).not.toContain('<script');
  });

  it.each([{}, { username: 'alice' }, { username: 'alice', password: 'x'.repeat(201) }])(
    'refuses an incomplete or endless form',
    async (fields) => {
      const page = await browser.submit(await browser.open(await authorizationUrl()), fields as Record<string, string>);
      expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    },
  );

  it('case 54: belongs to the browser that asked for it', async () => {
    const page = await browser.open(await authorizationUrl());
    const other = await identity.browser().submit(page, { username: 'alice', password: 'alice' });
    expect([other.status, other.headers.get('location')]).toEqual([400, null]);
    expect(other.text).toContain('This login has ended');
  });

  it('names the test users only where they exist', async () => {
    expect((await browser.open(await authorizationUrl())).text).toContain('<code>sam</code>');
  });
});

it('stops guessing: 5 failures of a username from one address, and others go on', async () => {
  const own = await RunningIdentity.start();
  try {
    const url = client.buildAuthorizationUrl(await own.client('web-bff'), {
      redirect_uri: 'http://127.0.0.1:34567/bff/callback',
      scope: 'openid',
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
    });
    const attempt = async (username: string, password: string) => {
      const browser = own.browser();
      return (await browser.submit(await browser.open(url), { username, password })).status;
    };
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => attempt('alice', 'wrong')));
    expect(atOnce.sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect(await attempt('ALICE', 'alice')).toBe(429);
    expect(await attempt('bob', 'bob')).toBe(303);
    own.clock.advance(5 * 60 * 1000);
    expect(await attempt('alice', 'alice')).toBe(303);
  } finally {
    await own.close();
  }
});
