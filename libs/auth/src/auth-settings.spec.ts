import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { ConfigError } from '@portico/core';
import { loadAuthSettings } from './auth-settings.ts';

const BFF = { name: 'web-bff', port: 3000 };
const KEY = 'A'.repeat(43);
const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const FOREIGN = { OIDC_ISSUER: 'https://id.example/realms/shop', OIDC_CLIENT_SECRET: 'x' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadAuthSettings(BFF, environment);
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

describe('the settings of the doors', () => {
  it('work on a machine of its own without any', () => {
    expect(loadAuthSettings(BFF, {})).toEqual({
      publicUrl: 'http://127.0.0.1:3000',
      issuer: 'http://127.0.0.1:4000',
      clientId: 'web-bff',
      clientSecret: 'web-bff-secret',
      clientKey: undefined,
      scope: 'openid profile email',
      rolesClaim: 'roles',
      tokenAudience: 'portico-api',
      tokenFormat: 'jwt',
      tokenType: 'at+jwt',
      dpop: 'off',
      clockSkew: 5,
      redisUrl: undefined,
      sessionKeys: [expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)],
      sessionIdle: 1_800,
      sessionLife: 43_200,
      maxUserSessions: 100,
      sessionMemory: Math.floor(getHeapStatistics().heap_size_limit / 4),
    });
  });

  it('bound the sessions of a user and the memory of all', () => {
    const environment = { MAX_USER_SESSIONS: '3', SESSION_MEMORY: '1048576' };
    expect(loadAuthSettings(BFF, environment)).toMatchObject({ maxUserSessions: 3, sessionMemory: 1_048_576 });
    expect(problemsOf({ MAX_USER_SESSIONS: '0', SESSION_MEMORY: '1MB' })).toEqual([
      'MAX_USER_SESSIONS: must be whole sessions from 1 to 10000',
      'SESSION_MEMORY: must be whole bytes from 1048576 to 1099511627776',
    ]);
  });

  it('follow PORT and the client of the BFF, and cannot be changed', () => {
    const settings = loadAuthSettings({ ...BFF, clientId: 'portico-api' }, { PORT: '8085' });
    expect(settings).toMatchObject({
      publicUrl: 'http://127.0.0.1:8085',
      clientId: 'portico-api',
      clientSecret: 'portico-api-secret',
    });
    expect(() => Object.assign(settings, { issuer: 'https://evil.example' })).toThrow(TypeError);
    expect(() => (settings.sessionKeys as string[]).push(KEY)).toThrow(TypeError);
  });

  it('make another random session key for each process, and read those that replicas share', () => {
    const random = () => loadAuthSettings(BFF, {}).sessionKeys[0];
    expect(random()).toHaveLength(43);
    expect(random()).not.toEqual(random());
    const environment = { REDIS_URL: 'redis://127.0.0.1:6379', SESSION_KEYS: `${KEY}, ${'B'.repeat(43)}` };
    expect(loadAuthSettings(BFF, environment).sessionKeys).toEqual([KEY, 'B'.repeat(43)]);
  });

  it('take eight session keys at most', () => {
    const keys = Array.from({ length: 8 }, () => KEY);
    expect(loadAuthSettings(BFF, { SESSION_KEYS: keys.join(',') }).sessionKeys).toHaveLength(8);
  });

  it.each([
    ['BEARER_CLOCK_SKEW', 'clockSkew', 0, 300],
    ['SESSION_IDLE', 'sessionIdle', 1, 2_592_000],
    ['SESSION_LIFE', 'sessionLife', 1, 31_536_000],
  ] as const)('take for %s (%s) from %i to %i seconds', (name, field, least, most) => {
    for (const value of [least, most]) expect(loadAuthSettings(BFF, { [name]: `${value}` })[field]).toBe(value);
    for (const value of [least - 1, most + 1]) {
      expect(problemsOf({ [name]: `${value}` })).toEqual([`${name}: must be whole seconds from ${least} to ${most}`]);
    }
  });

  it.each([
    ['TOKEN_FORMAT', 'tokenFormat', ['jwt', 'opaque', 'both']],
    ['TOKEN_TYPE', 'tokenType', ['at+jwt', 'jwt']],
    ['DPOP', 'dpop', ['off', 'optional', 'required']],
  ] as const)('take these words for %s', (name, field, words) => {
    for (const word of words) expect(loadAuthSettings(BFF, { [name]: word })[field]).toBe(word);
  });

  it('take a private key in the place of a secret', () => {
    const environment = { OIDC_ISSUER: FOREIGN.OIDC_ISSUER, OIDC_CLIENT_KEY: PEM };
    expect(loadAuthSettings(BFF, environment)).toMatchObject({ clientSecret: undefined, clientKey: PEM.trim() });
    expect(problemsOf({ ...environment, OIDC_CLIENT_SECRET: 'x' })).toEqual([
      expect.stringMatching(/^OIDC_CLIENT_KEY: /),
    ]);
  });

  it.each([
    'https://shop.example',
    'https://shop.example:8443',
    'http://127.0.0.1:3000',
    'http://localhost:3000',
    'http://[::1]:3000',
  ])('take %s for a public origin', (PUBLIC_URL) => {
    expect(loadAuthSettings(BFF, { PUBLIC_URL }).publicUrl).toBe(PUBLIC_URL);
  });

  it.each([
    ['PUBLIC_URL', 'http://shop.example'],
    ['PUBLIC_URL', 'http://127.0.0.1.evil.example'],
    ['PUBLIC_URL', 'http://10.0.0.1:3000'],
    ['PUBLIC_URL', 'https://shop.example/'],
    ['PUBLIC_URL', 'https://shop.example/web'],
    ['PUBLIC_URL', 'https://SHOP.example'],
    ['PUBLIC_URL', 'https://shop.example:443'],
    ['PUBLIC_URL', 'https://user:pass@shop.example'],
    ['PUBLIC_URL', 'shop.example'],
    ['PUBLIC_URL', 'null'],
    ['OIDC_ISSUER', 'http://id.example'],
    ['OIDC_ISSUER', 'https://id.example?tenant=1'],
    ['OIDC_ISSUER', 'https://id.example#x'],
    ['OIDC_ISSUER', 'https://a:b@id.example'],
    ['OIDC_ISSUER', 'ldap://id.example'],
    ['OIDC_ISSUER', 'id.example'],
    ['OIDC_CLIENT_ID', 'web bff'],
    ['OIDC_CLIENT_KEY', 'secret-that-is-no-key'],
    ['OIDC_SCOPE', 'profile email'],
    ['OIDC_SCOPE', 'openidx'],
    ['ROLES_CLAIM', 'realm_access..roles'],
    ['ROLES_CLAIM', '.roles'],
    ['TOKEN_FORMAT', 'saml'],
    ['TOKEN_TYPE', 'JWT'],
    ['DPOP', 'yes'],
    ['BEARER_CLOCK_SKEW', '-1'],
    ['BEARER_CLOCK_SKEW', '301'],
    ['BEARER_CLOCK_SKEW', '1.5'],
    ['SESSION_IDLE', '0'],
    ['SESSION_IDLE', '1h'],
    ['SESSION_LIFE', '1e3'],
    ['REDIS_URL', 'http://127.0.0.1:6379'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['SESSION_KEYS', 'short'],
    ['SESSION_KEYS', `${KEY},`],
    ['SESSION_KEYS', `${KEY},${KEY}A`],
    ['SESSION_KEYS', Array.from({ length: 9 }, () => KEY).join(',')],
  ])('refuse %s=%s', (name, value) => {
    const problems = problemsOf({ ...FOREIGN, SESSION_KEYS: KEY, [name]: value }).filter(
      (one) => !one.startsWith('OIDC_CLIENT_KEY: takes'),
    );
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });

  it.each<[string, KeyObject]>([
    ['for key agreement only', generateKeyPairSync('x25519').privateKey],
    ['of RSA with 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['on a curve without an algorithm', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
  ])('refuse a private key that no assertion can be signed with: %s', (_what, key) => {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const problems = problemsOf({ OIDC_ISSUER: FOREIGN.OIDC_ISSUER, OIDC_CLIENT_KEY: pem });
    expect(problems).toEqual([expect.stringMatching(/^OIDC_CLIENT_KEY: /)]);
  });

  it('never take the secret that everybody knows to a provider elsewhere', () => {
    expect(problemsOf({ OIDC_ISSUER: FOREIGN.OIDC_ISSUER })).toEqual([
      expect.stringMatching(/^OIDC_CLIENT_SECRET: must be set/),
    ]);
    expect(problemsOf({ OIDC_ISSUER: 'https://127.0.0.1.evil.example' })).toHaveLength(1);
    expect(problemsOf(FOREIGN)).toEqual([]);
  });

  it('name all that is wrong at once, what two of them do to each other too, and no secret', () => {
    const secrets = { OIDC_CLIENT_SECRET: 's3cret-1', OIDC_CLIENT_KEY: 's3cret-2', REDIS_URL: 'tcp://:s3cret-3@redis' };
    const problems = problemsOf({
      ...secrets,
      PUBLIC_URL: 'shop',
      SESSION_IDLE: 'x',
      OIDC_ISSUER: 'https://id.example',
    });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':'))).sort()).toEqual([
      'OIDC_CLIENT_KEY',
      'OIDC_CLIENT_KEY',
      'PUBLIC_URL',
      'REDIS_URL',
      'SESSION_IDLE',
      'SESSION_KEYS',
    ]);
    expect(problems.join()).not.toContain('s3cret');
  });
});
