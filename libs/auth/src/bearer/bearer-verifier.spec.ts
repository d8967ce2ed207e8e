import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import {
  FakeClock,
  type FakeIdentityProvider,
  generateSigningKey,
  httpRequest,
  mintToken,
  publicJwk,
  reset,
  startFakeIdentityProvider,
  startFakeUpstream,
} from '@portico/testing';
import { KeySet } from '../provider/key-set.ts';
import { type BearerOptions, BearerVerifier, type VerifiedToken } from './bearer-verifier.ts';

const clock = new FakeClock();
const key = generateSigningKey();
const foreignKey = generateSigningKey();
let provider: FakeIdentityProvider;
let verifier: BearerVerifier;
beforeEach(async () => {
  provider = await startFakeIdentityProvider({ clock, key });
  verifier = newVerifier();
});
afterEach(() => provider.close());

const newVerifier = (options: Partial<BearerOptions> = {}) =>
  new BearerVerifier({
    realm: 'mobile-bff',
    publicUrl: 'http://shop.test',
    issuer: provider.issuer,
    audience: 'portico-api',
    rolesClaim: 'roles',
    clockSkew: 5,
    tokenFormat: 'jwt',
    dpop: 'off',
    keys: new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock }),
    provider: { introspect: () => Promise.reject(new Error('not asked')) },
    clock,
    ...options,
  });
const request = (...rawHeaders: string[]) => ({ method: 'GET', url: '/me', rawHeaders });
const showing = (token: string, scheme = 'Bearer') =>
  request('Host', 'shop.test', 'Authorization', `${scheme} ${token}`);
const verify = (token: string) => verifier.verify(showing(token), []);
const refusal = (error: string) => ({
  name: 'BffError',
  code: 'token-invalid',
  headers: {
    'www-authenticate': expect.stringMatching(`^Bearer realm="mobile-bff", error="${error}", error_description=".+"$`),
  },
});
const now = () => Math.floor(clock.epoch() / 1000);
const claims = (changes: Record<string, unknown> = {}) => ({
  iss: provider.issuer,
  sub: 'alice',
  aud: 'portico-api',
  client_id: 'mobile-app',
  iat: now(),
  exp: now() + 60,
  ...changes,
});
const AT = { typ: 'at+jwt' };

describe('a JWT as access token', () => {
  it('makes a principal, and is known from then on', async () => {
    const token = provider.accessToken('sam', { auth_time: 7 });
    expect(verifier.recall(showing(token))).toBe('unknown');
    const verified = await verify(token);
    expect(verified).toMatchObject({ accessToken: token, expiresAt: (now() + 60) * 1000, isBound: false });
    expect(verified.principal).toMatchObject({
      id: `${provider.issuer} sam`,
      door: 'bearer',
      clientId: 'mobile-app',
      roles: new Set(['staff']),
      scopes: new Set(['openid', 'profile', 'email']),
      authTime: 7,
      session: undefined,
    });
    expect(verifier.recall(showing(token))).toBe(verified);
    expect(await verify(token)).toBe(verified);
    expect(JSON.stringify(verified.principal)).not.toContain(token.slice(-20));
  });

  it('is checked once, however many requests show it at the same time', async () => {
    const token = provider.accessToken('alice');
    const keys = new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock });
    const get = jest.fn(keys.get);
    verifier = newVerifier({ keys: { get } });
    const all = await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    expect(new Set(all).size).toBe(1);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a list of audiences', { aud: ['account', 'portico-api'] }, AT],
    ['the long type', {}, { typ: 'application/AT+JWT' }],
    ['azp instead of client_id', { client_id: undefined, azp: 'mobile-app' }, AT],
    ['an expiry within the leeway', { exp: -4 }, AT],
    ['nbf and iat within the leeway', { nbf: 4, iat: 4 }, AT],
  ])('may have %s', async (_what, changes, header) => {
    const times = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, typeof value === 'number' ? now() + value : value]),
    );
    expect((await verify(provider.mint({ claims: claims(times), header }))).principal.subject).toBe('alice');
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('may be signed with %s', async (alg) => {
    provider.rotateKeys({ alg });
    expect((await verify(provider.accessToken('alice'))).principal.subject).toBe('alice');
  });

  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'ordering' }],
    ['an audience that only begins right', { aud: ['portico-api-2', 'PORTICO-API'] }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an issuer with a slash too many', { iss: 'ISSUER/' }],
    ['no issuer', { iss: undefined }],
    ['an expiry that is past', { exp: 0 }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is a text', { exp: '9999999999' }],
    ['nbf in the future', { nbf: 60 }],
    ['iat in the future', { iat: 60 }],
    ['no iat', { iat: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject that is a list', { sub: ['alice'] }],
    ['a subject with a line break', { sub: 'alice\nbob' }],
    ['a subject of 300 characters', { sub: 'a'.repeat(300) }],
    ['no client', { client_id: undefined }],
    ['a binding to a certificate', { cnf: { 'x5t#S256': 'x' } }],
    ['a binding that is no object', { cnf: 'x' }],
    ['a binding to two keys', { cnf: { jkt: 'x', 'x5t#S256': 'x' } }],
  ])('case 71: with %s -> 401 with a challenge', async (_what, changes) => {
    const offsets = ['nbf', 'iat'];
    const given = Object.entries(changes).map(([name, value]): [string, unknown] => [
      name,
      offsets.includes(name) && typeof value === 'number'
        ? now() + value
        : value === 'ISSUER/'
          ? `${provider.issuer}/`
          : value,
    ]);
    const token = provider.mint({ claims: claims(Object.fromEntries(given)), header: AT });
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
  });

  it.each<[string, (signedBy: FakeIdentityProvider) => string]>([
    ['an ID token', (idp) => idp.idToken('alice', { aud: 'portico-api' })],
    ['a logout token', (idp) => idp.logoutToken('alice', { aud: 'portico-api' })],
    ['a proof', (idp) => idp.mint({ claims: claims(), header: { typ: 'dpop+jwt' } })],
    ['a token without type', (idp) => idp.mint({ claims: claims(), header: { typ: undefined } })],
    ['a token of type JWT', (idp) => idp.mint({ claims: claims({ scope: 'openid' }) })],
    [
      'an unknown critical extension',
      (idp) => idp.mint({ claims: claims(), header: { ...AT, crit: ['exp2'], exp2: 1 } }),
    ],
    [
      'a known critical extension',
      (idp) => idp.mint({ claims: claims(), header: { ...AT, crit: ['b64'], b64: true } }),
    ],
    ['an empty critical list', (idp) => idp.mint({ claims: claims(), header: { ...AT, crit: [] } })],
    ['no signature', () => mintToken({ claims: claims(), header: AT, key: 'none' })],
    ['no signature but RS256', () => mintToken({ claims: claims(), header: { ...AT, alg: 'RS256' }, key: 'none' })],
    [
      'another key of the same name',
      (idp) => idp.mint({ claims: claims(), header: AT, key: { ...foreignKey, kid: idp.signingKey.kid } }),
    ],
    ['changed contents', (idp) => changed(idp.accessToken('alice'), { sub: 'mia' })],
    ['HS256 with the public key', (idp) => idp.mint({ claims: claims(), header: AT, key: hmac(idp, pem(idp)) })],
    [
      'HS256 with the client secret',
      (idp) => idp.mint({ claims: claims(), header: AT, key: hmac(idp, 'web-bff-secret') }),
    ],
    [
      'claims that are no object',
      (idp) => `${idp.accessToken('alice').split('.')[0]}.${Buffer.from('[]').toString('base64url')}.x`,
    ],
    ['two parts', () => 'e30.e30'],
    ['five parts', () => 'e30.e30.e30.e30.e30'],
    ['garbage', () => 'garbage'],
  ])('cases 55 and 71: %s -> 401 with a challenge', async (_what, tokenOf) => {
    await expect(verify(tokenOf(provider))).rejects.toMatchObject(refusal('invalid_token'));
  });

  it.each(['jwk', 'jku', 'x5u', 'x5c'])('case 71: a key in %s of the header is not looked at', async (name) => {
    const own = foreignKey;
    const keyServer = await startFakeUpstream(
      (_request, response) => void response.end(JSON.stringify({ keys: [publicJwk(own)] })),
    );
    const header = { ...AT, jku: keyServer.url, x5u: keyServer.url, x5c: ['MIIB'], jwk: publicJwk(own) } as Record<
      string,
      unknown
    >;
    const token = (key: typeof own) =>
      provider.mint({ claims: claims(), header: { ...AT, [name]: header[name] }, key });
    await expect(verify(token({ ...own, kid: provider.signingKey.kid }))).rejects.toMatchObject(
      refusal('invalid_token'),
    );
    await expect(verify(token(own))).rejects.toMatchObject(refusal('invalid_token'));
    expect((await verify(token(provider.signingKey))).principal.subject).toBe('alice');
    expect(keyServer.connections).toBe(0);
    await keyServer.close();
  });

  it('says nothing of the token or its claims when it refuses', async () => {
    const token = provider.mint({ claims: claims({ sub: 'alice-secret', aud: 'other' }), header: AT });
    const error = (await verify(token).catch((thrown: unknown) => thrown)) as Error;
    const all = JSON.stringify([error, error.message, error.stack, error.cause, Object.entries(error)]);
    expect(all).not.toMatch(/alice-secret/);
    expect(all).not.toContain(token.slice(-20));
    expect(String(error.cause)).toBe('Error: aud does not name TOKEN_AUDIENCE');
  });
});

describe('tokens that are made up', () => {
  /** One that a stranger writes: a header and claims of their own choice, and any signature. */
  const forged = (changes: Record<string, unknown> = {}) => {
    const [header] = provider.accessToken('alice').split('.');
    const payload = Buffer.from(JSON.stringify(claims({ jti: Math.random(), ...changes }))).toString('base64url');
    return `${header}.${payload}.${randomBytes(256).toString('base64url')}`;
  };
  const show = (token: string, address: string) => verifier.verify(showing(token), [], address);
  const TOO_MANY = expect.objectContaining({ code: 'too-many-requests', headers: { 'retry-after': '1' } }) as Error;

  it('are checked so many at a time of an IPv4 address or a /64 network, and refused beyond that, while others find room', async () => {
    await verify(provider.accessToken('known'));
    const answers = { refused: 0, tooMany: 0 };
    const flood = Array.from({ length: 300 }, (_, i) =>
      show(forged(), `2001:db8:0:1::${i.toString(16)}`).catch((error: { code: string }) => {
        answers[error.code === 'too-many-requests' ? 'tooMany' : 'refused']++;
      }),
    );
    const others = ['192.0.2.1', '2001:db8:0:2::1'].map((address) => show(provider.accessToken(address), address));
    for (const verified of await Promise.all(others)) expect(verified.principal.door).toBe('bearer');
    expect(answers.refused).toBeLessThan(64);
    await Promise.all(flood);
    expect(answers.tooMany).toBeGreaterThan(200);
    expect(answers.refused + answers.tooMany).toBe(300);
    expect(answers.refused).toBeGreaterThan(0);
    // And all is as it was.
    expect((await show(provider.accessToken('late'), '2001:db8:0:1::1')).principal.subject).toBe('late');
  });

  it('keep no known token waiting, whose answer needs no promise, and are refused without one when there is no room', async () => {
    const known = provider.accessToken('known');
    await show(known, '192.0.2.1');
    const flood = Array.from({ length: 100 }, () => show(forged(), '192.0.2.1').catch(() => undefined));
    const fresh = provider.accessToken('fresh');
    const first = show(fresh, '192.0.2.9');
    await new Promise((resolve) => setImmediate(resolve));
    expect(verifier.recall(showing(known), '192.0.2.1')).toMatchObject({ accessToken: known });
    expect(() => verifier.recall(showing(forged()), '192.0.2.1')).toThrow(TOO_MANY);
    // What is no token is checked by nobody, nor is a malformed one.
    expect(verifier.recall(showing('YTpi', 'Basic'), '192.0.2.1')).toBe('anonymous');
    expect(() => verifier.recall(showing('a b'), '192.0.2.1')).toThrow(
      expect.objectContaining(refusal('invalid_token')) as Error,
    );
    // Who shows a token that is being checked takes no further place.
    expect(verifier.recall(showing(fresh), '192.0.2.1')).toBe('unknown');
    expect(await show(fresh, '192.0.2.1')).toBe(await first);
    await Promise.all(flood);
  });

  it('are in the way of no token that was good before, also when it has to be checked again', async () => {
    const token = provider.accessToken('alice', { exp: now() + 3_000 });
    await show(token, '192.0.2.1');
    clock.advance(601_000);
    await show(provider.accessToken('bob'), '192.0.2.9');
    let answered = 0;
    const flood = Array.from({ length: 100 }, () =>
      show(forged(), '192.0.2.1').catch(({ code }: { code: string }) => {
        if (code === 'token-invalid') answered++;
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => verifier.recall(showing(forged()), '192.0.2.1')).toThrow(TOO_MANY);
    expect(verifier.recall(showing(token), '192.0.2.1')).toBe('unknown');
    expect((await show(token, '192.0.2.1')).principal.subject).toBe('alice');
    expect(answered).toBeLessThan(30);
    await Promise.all(flood);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'ordering' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an end that is over', { exp: 1 }],
  ])('with %s are refused before a key is looked for', async (_what, changes) => {
    const get = jest.fn(() => Promise.reject(new Error('not asked')));
    verifier = newVerifier({ keys: { get } });
    await expect(verify(forged(changes))).rejects.toMatchObject(refusal('invalid_token'));
    expect(get).not.toHaveBeenCalled();
  });

  it('say the same of a wrong signature, issuer and audience, so that nobody can try which ones are right', async () => {
    const details = await Promise.all(
      [{}, { aud: 'ordering' }, { iss: 'https://evil.example' }].map((changes) =>
        verify(forged(changes)).catch((error: { detail: string }) => error.detail),
      ),
    );
    expect(new Set(details).size).toBe(1);
  });

  it('that wait for a key of the provider are in the way of nobody whose key is there', async () => {
    const known = new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock });
    const get: KeySet['get'] = (header, jws) =>
      header.kid === 'nobody knows' ? new Promise<never>(() => undefined) : known.get(header, jws);
    verifier = newVerifier({ keys: { get } });
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid: 'nobody knows' })).toString(
      'base64url',
    );
    for (let i = 0; i < 100; i++) void show(`${header}.${forged().split('.')[1]}.x${i}`, '192.0.2.1');
    expect((await show(provider.accessToken('alice'), '192.0.2.1')).principal.subject).toBe('alice');
  });
});

describe('the field Authorization', () => {
  it.each(['bearer', 'BEARER', 'Bearer', 'bEaReR'])('case 71: may write the scheme as %s', async (scheme) => {
    const verified = await verifier.verify(showing(provider.accessToken('alice'), scheme), []);
    expect(verified.principal.subject).toBe('alice');
  });

  it.each([
    ['no token', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer aaa bbb'],
    ['tokens with a comma', 'Bearer aaa, Bearer bbb'],
    ['a parameter', 'Bearer token="aaa"'],
    ['characters that tokens have not', 'Bearer aé'],
    ['a token of 9000 characters', `Bearer ${'a'.repeat(9000)}`],
    ['a million spaces', `Bearer${' '.repeat(1_000_000)}=`],
  ])('case 71: with %s -> 401 with a challenge', async (_what, value) => {
    const shown = request('authorization', value);
    expect(() => verifier.recall(shown)).toThrow(expect.objectContaining(refusal('invalid_token')) as Error);
    await expect(verifier.verify(shown, [])).rejects.toMatchObject(refusal('invalid_token'));
  });

  it('case 71: twice -> 401 with a challenge, also when both are the same good token', async () => {
    const value = `Bearer ${provider.accessToken('alice')}`;
    await verifier.verify(request('authorization', value), []);
    const twice = request('Authorization', value, 'Host', 'shop.test', 'authorization', value);
    expect(() => verifier.recall(twice)).toThrow(expect.objectContaining(refusal('invalid_request')) as Error);
    await expect(verifier.verify(twice, [])).rejects.toMatchObject(refusal('invalid_request'));
  });

  it.each([
    ['none', []],
    ['Basic', ['authorization', 'Basic YTpi']],
    ['Bearers', ['authorization', 'Bearers abc']],
    ['DPoP where it is off', ['authorization', 'DPoP abc']],
    ['an empty one', ['authorization', '']],
    ['a field with a similar name', ['x-authorization', 'Bearer abc']],
  ])('is no token when there is %s: a challenge without error', async (_what, rawHeaders) => {
    const shown = request(...rawHeaders);
    expect(verifier.recall(shown)).toBe('anonymous');
    await expect(verifier.verify(shown, [])).rejects.toMatchObject({
      code: 'unauthenticated',
      headers: { 'www-authenticate': 'Bearer realm="mobile-bff"' },
    });
  });

  it('case 71: a token in the query is not looked at', () => {
    const url = `/me?access_token=${provider.accessToken('alice')}`;
    expect(verifier.recall({ method: 'GET', url, rawHeaders: [] })).toBe('anonymous');
  });

  it('is read as Node really gives it', async () => {
    const seen: Array<VerifiedToken | string> = [];
    const server = createServer((message: IncomingMessage, response) => {
      verifier
        .verify(message, [])
        .then(
          (token) => void seen.push(token.principal.subject),
          (error: { code: string }) => void seen.push(error.code),
        )
        .finally(() => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const value = `Bearer ${provider.accessToken('alice')}`;
    await httpRequest(url, { headers: { AUTHORIZATION: value } });
    await httpRequest(url, { headers: ['Authorization', value, 'authorization', value] });
    expect(seen).toEqual(['alice', 'token-invalid']);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what is remembered', () => {
  it('ends with the token', async () => {
    const token = provider.accessToken('alice');
    await verify(token);
    clock.advance(64_999);
    expect(verifier.recall(showing(token))).toMatchObject({ accessToken: token });
    clock.advance(1);
    expect(verifier.recall(showing(token))).toBe('unknown');
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
  });

  it('ends after ten minutes, so that a key that was taken back is of no use', async () => {
    const token = provider.accessToken('alice', { exp: now() + 86_400 });
    await verify(token);
    provider.rotateKeys();
    clock.advance(600_000);
    expect(verifier.recall(showing(token))).toBe('unknown');
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
  });

  it('is a bad token too: a flood of it costs one check', async () => {
    const get = jest.fn(new KeySet({ url: () => Promise.resolve(new URL(`${provider.issuer}/keys`)), clock }).get);
    verifier = newVerifier({ keys: { get } });
    const bad = provider.mint({
      claims: claims(),
      header: AT,
      key: { ...foreignKey, kid: provider.signingKey.kid },
    });
    await expect(verify(bad)).rejects.toMatchObject(refusal('invalid_token'));
    for (let count = 0; count < 100; count++) {
      expect(() => verifier.recall(showing(bad))).toThrow(expect.objectContaining(refusal('invalid_token')) as Error);
    }
    expect(get).toHaveBeenCalledTimes(1);
    clock.advance(10_000);
    expect(verifier.recall(showing(bad))).toBe('unknown');
  });

  it('is not a token whose key is not known yet: it is good once the key is', async () => {
    await verify(provider.accessToken('alice'));
    provider.rotateKeys();
    const token = provider.accessToken('alice', { exp: now() + 300 });
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
    clock.advance(30_000);
    expect((await verify(token)).principal.subject).toBe('alice');
  });

  it('is not a token from the future: it is good when its time comes', async () => {
    const token = provider.accessToken('alice', { nbf: now() + 20, exp: now() + 60 });
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
    clock.advance(15_000);
    expect((await verify(token)).principal.subject).toBe('alice');
  });

  it('is nothing while the provider is away: 503, never a 401', async () => {
    const token = provider.accessToken('alice');
    provider.answer('keys', reset());
    await expect(verify(token)).rejects.toMatchObject({ code: 'identity-provider-unavailable' });
    provider.answer('keys', undefined);
    clock.advance(1_000);
    expect((await verify(token)).principal.subject).toBe('alice');
  });
});

describe('an issuer that does not mark access tokens', () => {
  beforeEach(() => (verifier = newVerifier({ tokenType: 'jwt' })));

  it('may say JWT, or at+jwt all the same', async () => {
    const token = provider.mint({ claims: claims({ scope: 'openid', typ: 'Bearer' }) });
    expect((await verify(token)).principal.subject).toBe('alice');
    expect((await verify(provider.accessToken('alice'))).principal.subject).toBe('alice');
  });

  it.each([undefined, 'logout+jwt', 'dpop+jwt', 'secevent+jwt', ''])('case 71: may not say %p', async (typ) => {
    const token = provider.mint({ claims: claims({ scope: 'openid' }), header: { typ } });
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
  });

  it.each<[string, Record<string, unknown>]>([
    ['without scope', { scope: undefined }],
    ['with nonce', { nonce: 'n' }],
    ['with at_hash', { at_hash: 'h' }],
    ['with c_hash', { c_hash: 'h' }],
    ['with s_hash', { s_hash: 'h' }],
    ['with events', { events: {} }],
    ['that Keycloak calls an ID token', { typ: 'ID' }],
    ['that Keycloak calls a refresh token', { typ: 'Refresh' }],
    ['that Keycloak calls a logout token', { typ: 'Logout' }],
  ])('case 71: a token %s is no access token', async (_what, changes) => {
    const token = provider.mint({ claims: claims({ scope: 'openid', ...changes }) });
    await expect(verify(token)).rejects.toMatchObject(refusal('invalid_token'));
  });

  it('case 71: ID tokens and logout tokens of the same audience are none', async () => {
    await expect(verify(provider.idToken('alice', { aud: 'portico-api' }))).rejects.toMatchObject(
      refusal('invalid_token'),
    );
    await expect(verify(provider.logoutToken('alice', { aud: 'portico-api' }))).rejects.toMatchObject(
      refusal('invalid_token'),
    );
  });
});

function changed(token: string, claimsToChange: Record<string, unknown>): string {
  const [header, payload = '', signature] = token.split('.');
  const all = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...claimsToChange };
  return [header, Buffer.from(JSON.stringify(all)).toString('base64url'), signature].join('.');
}

function pem(idp: FakeIdentityProvider): string {
  return createPublicKey(idp.signingKey.key as KeyObject)
    .export({ format: 'pem', type: 'spki' })
    .toString();
}

function hmac(idp: FakeIdentityProvider, secret: string) {
  return { kid: idp.signingKey.kid, alg: 'HS256' as const, key: Buffer.from(secret) };
}
