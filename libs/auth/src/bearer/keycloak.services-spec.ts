import { systemClock } from '@portico/core';
import { requireService } from '@portico/testing';
import { decodeProtectedHeader } from 'jose';
import { createProvider } from '../provider/create-provider.ts';
import { KeySet } from '../provider/key-set.ts';
import { type BearerOptions, BearerVerifier } from './bearer-verifier.ts';

type Answer = Record<string, string>;

const keycloak = requireService('KEYCLOAK_URL');
const issuer = `${keycloak}/realms/portico`;
const endpoint = `${issuer}/protocol/openid-connect`;

let time = 0;
const clock = { now: () => performance.now() + time, epoch: () => Date.now(), after: systemClock.after };
const keys = () => new KeySet({ url: () => Promise.resolve(new URL(`${endpoint}/certs`)), clock });
const introspectingAs = (clientId: string) =>
  createProvider({
    issuer,
    clientId,
    clientSecret: `${clientId}-secret`,
    publicUrl: 'http://127.0.0.1:3001',
    scope: 'openid',
    rolesClaim: 'realm_access.roles',
  });
const newVerifier = (options: Partial<BearerOptions> = {}) =>
  new BearerVerifier({
    realm: 'mobile-bff',
    publicUrl: 'http://127.0.0.1:3001',
    issuer,
    audience: 'portico-api',
    rolesClaim: 'realm_access.roles',
    clockSkew: 5,
    tokenFormat: 'jwt',
    dpop: 'off',
    keys: keys(),
    provider: introspectingAs('portico-api'),
    ...options,
  });
const showing = (token = '') => ({ method: 'GET', url: '/', rawHeaders: ['Authorization', `Bearer ${token}`] });
const REFUSED = {
  code: 'token-invalid',
  headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') as string },
};

async function post(url: string, form: Answer): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(10_000),
  });
  const body = (await answer.json()) as Answer;
  if (!answer.ok) throw new Error(`Keycloak answered ${answer.status} ${body.error}`);
  return body;
}

const login = (user: string) =>
  post(`${endpoint}/token`, {
    grant_type: 'password',
    client_id: 'mobile-app',
    username: user,
    password: user,
    scope: 'openid',
  });
const ownToken = () =>
  post(`${endpoint}/token`, {
    grant_type: 'client_credentials',
    client_id: 'reports',
    client_secret: 'reports-secret',
  });

describe('tokens of a real Keycloak', () => {
  it('are taken as they are', async () => {
    const verifier = newVerifier();
    const { access_token: token } = await login('sam');
    const { principal } = await verifier.verify(showing(token), []);
    expect(principal).toMatchObject({ issuer, door: 'bearer', clientId: 'mobile-app', acr: '1' });
    expect(principal.roles).toContain('staff');
    expect(principal.scopes).toContain('openid');
    expect(principal.claims).toMatchObject({ preferred_username: 'sam' });
    expect(verifier.recall(showing(token))).toMatchObject({ accessToken: token });
  });

  it('may be those of a client alone', async () => {
    const { access_token: token } = await ownToken();
    const { principal } = await newVerifier().verify(showing(token), []);
    expect(principal.clientId).toBe('reports');
    expect(principal.roles).toContain('staff');
  });

  it('case 71: are refused for another audience, of another issuer, and when they are no access tokens', async () => {
    const tokens = await login('alice');
    const refused = [
      newVerifier({ audience: 'ordering' }).verify(showing(tokens.access_token), []),
      newVerifier({ issuer: `${keycloak}/realms/master` }).verify(showing(tokens.access_token), []),
      newVerifier().verify(showing(tokens.id_token), []),
      newVerifier().verify(showing(tokens.refresh_token), []),
      newVerifier({ tokenType: 'jwt', audience: 'mobile-app' }).verify(showing(tokens.id_token), []),
      newVerifier({ tokenType: 'jwt' }).verify(showing(tokens.refresh_token), []),
    ];
    for (const outcome of await Promise.allSettled(refused)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: REFUSED });
    }
  });

  it('can be introspected by the API they are for, and by nobody else', async () => {
    const tokens = await login('mia');
    const verifier = newVerifier({ tokenFormat: 'opaque' });
    const { principal } = await verifier.verify(showing(tokens.access_token), []);
    expect(principal.roles).toContain('manager');
    await expect(verifier.verify(showing(tokens.refresh_token), [])).rejects.toMatchObject(REFUSED);
    const asOrdering = newVerifier({ tokenFormat: 'opaque', provider: introspectingAs('ordering') });
    await expect(asOrdering.verify(showing(tokens.access_token), [])).rejects.toMatchObject(REFUSED);
  });

  it('are not active any more once the user has logged out', async () => {
    const tokens = await login('bob');
    const body = new URLSearchParams({ client_id: 'mobile-app', refresh_token: tokens.refresh_token ?? '' });
    const answer = await fetch(`${endpoint}/logout`, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
    expect(answer.status).toBe(204);
    const verifier = newVerifier({ tokenFormat: 'opaque' });
    await expect(verifier.verify(showing(tokens.access_token), [])).rejects.toMatchObject(REFUSED);
  });

  it('case 58: are known by a new key after a rotation', async () => {
    const verifier = newVerifier();
    const { access_token: before } = await login('alice');
    await verifier.verify(showing(before), []);
    try {
      await addKey();
      time += 30_000;
      const { access_token: token } = await login('alice');
      expect(kidOf(token)).not.toBe(kidOf(before));
      expect((await verifier.verify(showing(token), [])).principal.clientId).toBe('mobile-app');
    } finally {
      await takeKeysBack();
    }
    expect((await verifier.verify(showing((await login('bob')).access_token), [])).principal.issuer).toBe(issuer);
  }, 90_000);
});

const kidOf = (token = '') => decodeProtectedHeader(token).kid;

const ROTATION = 'bearer-rotation';

/** Lets the realm sign with a new key. A busy Keycloak may take 10 s to make one. */
async function addKey(): Promise<void> {
  const admin = await asAdmin();
  const { id } = (await (await admin('')).json()) as Answer;
  await admin('/components', 'POST', {
    name: ROTATION,
    providerId: 'rsa-generated',
    providerType: 'org.keycloak.keys.KeyProvider',
    parentId: id,
    config: { priority: ['200'], algorithm: ['RS256'] },
  });
}

async function takeKeysBack(): Promise<void> {
  const admin = await asAdmin();
  const found = (await (await admin(`/components?name=${ROTATION}`)).json()) as Answer[];
  for (const { id } of found) await admin(`/components/${id}`, 'DELETE');
}

async function asAdmin() {
  const { access_token: token } = await post(`${keycloak}/realms/master/protocol/openid-connect/token`, {
    grant_type: 'password',
    client_id: 'admin-cli',
    username: 'admin',
    password: 'admin',
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (path: string, method = 'GET', body?: object) => {
    const answer = await fetch(`${keycloak}/admin/realms/portico${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(40_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`Keycloak answered ${answer.status} to ${method} ${path}`);
    return answer;
  };
}
