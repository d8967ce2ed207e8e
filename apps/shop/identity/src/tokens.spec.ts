import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { oauthError, RunningIdentity, type Tokens } from '../test/running-identity.ts';

let identity: RunningIdentity;

beforeAll(async () => {
  identity = await RunningIdentity.start();
});
afterAll(() => identity.close());

const decodeAnswer = (tokens: Tokens): Record<string, unknown> => decodeJwt(tokens.access_token);

describe('a refresh', () => {
  it('gives new tokens of the same login, and keeps auth_time, acr and sid', async () => {
    const first = await identity.logIn('alice');
    const second = await identity.refresh('web-bff', first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const { sub, auth_time: time, acr, sid } = decodeJwt(first.id_token ?? '');
    expect(second.claims()).toMatchObject({ sub, auth_time: time, acr, sid, roles: ['customer'] });
    expect(decodeAnswer(second)).toMatchObject({ aud: 'web-bff', auth_time: time, acr, sid });
  });

  it('case 63: with a token that was used before revokes the login', async () => {
    const first = await identity.logIn('alice');
    const second = await identity.refresh('web-bff', first.refresh_token);
    expect(await oauthError(identity.refresh('web-bff', first.refresh_token))).toBe('invalid_grant');
    expect(await oauthError(identity.refresh('web-bff', second.refresh_token))).toBe('invalid_grant');
  });

  it('case 63: ten at once with one token: one is answered, and the login is over', async () => {
    const { refresh_token: token } = await identity.logIn('alice');
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => identity.refresh('web-bff', token)));
    const good = answers.filter((answer) => answer.status === 'fulfilled');
    expect(good.length).toBeLessThanOrEqual(1);
    for (const { value } of good) {
      expect(await oauthError(identity.refresh('web-bff', value.refresh_token))).toBe('invalid_grant');
    }
  });

  it('is for the client alone that logged in', async () => {
    const { refresh_token: token } = await identity.logIn('alice');
    expect(await oauthError(identity.refresh('admin-bff', token))).toBe('invalid_grant');
  });

  it('ends with the revocation of the token', async () => {
    const tokens = await identity.logIn('alice', { id: 'mobile-app' });
    await client.tokenRevocation(await identity.client('mobile-app'), tokens.refresh_token ?? '');
    expect(await oauthError(identity.refresh('mobile-app', tokens.refresh_token))).toBe('invalid_grant');
    expect(await identity.introspect('portico-api', tokens.access_token)).toEqual({ active: false });
  });
});

describe('a token exchange', () => {
  it.each([
    ['web-bff', 'web-bff'],
    ['mobile-app', 'portico-api'],
  ])('changes the token of %s for one that ordering takes, with %s as actor', async (id, asker) => {
    const { access_token: token } = await identity.logIn('alice', { id });
    const answer = await identity.exchange(asker, token);
    expect(answer).toMatchObject({ token_type: 'bearer', scope: 'ordering', expires_in: 300 });
    const { sub, auth_time: time } = decodeJwt<{ auth_time: number }>(token);
    expect(decodeAnswer(answer)).toMatchObject({
      aud: 'ordering',
      sub,
      roles: ['customer'],
      scope: 'ordering',
      client_id: asker,
      act: { sub: asker },
      acr: '1',
      auth_time: time,
    });
    expect(answer.refresh_token).toBeUndefined();
    expect(await identity.introspect('ordering', answer.access_token)).toMatchObject({ active: true, sub });
  });

  it.each([
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['another scope', { scope: 'openid' }, 'invalid_scope'],
    ['another audience', { audience: 'portico-api', scope: 'portico-api' }, 'invalid_target'],
    ['no audience', { audience: '' }, 'invalid_request'],
    ['an ID token', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }, 'invalid_request'],
    ['an actor', { actor_token: 'x', actor_token_type: 'y' }, 'invalid_request'],
    ['a token that is none', { subject_token: 'x' }, 'invalid_request'],
  ])('is refused for %s', async (_, parameters, error) => {
    const { access_token: token } = await identity.logIn('alice');
    expect(await oauthError(identity.exchange('web-bff', token, parameters))).toBe(error);
  });

  it('is refused for the token of another client, an ID token, an exchanged one, and a changed one', async () => {
    const [web, mobile] = [await identity.logIn('alice'), await identity.logIn('alice', { id: 'mobile-app' })];
    const exchanged = await identity.exchange('web-bff', web.access_token);
    const [header, payload, signature] = web.access_token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...decodeJwt(web.access_token), roles: ['manager'] })).toString(
      'base64url',
    );
    expect(payload).not.toBe(changed);
    for (const token of [
      mobile.access_token,
      web.id_token ?? '',
      exchanged.access_token,
      [header, changed, signature].join('.'),
    ]) {
      expect(await oauthError(identity.exchange('web-bff', token))).toBe('invalid_request');
    }
  });

  it.each(['admin-bff', 'ordering', 'reports'])('is not for %s', async (id) => {
    const { access_token: token } = await identity.logIn('mia', { id: 'admin-bff' });
    expect(await oauthError(identity.exchange(id, token))).toBe('invalid_request');
  });

  it('is refused when the login is over', async () => {
    const tokens = await identity.logIn('alice');
    await client.tokenRevocation(await identity.client('web-bff'), tokens.refresh_token ?? '');
    expect(await oauthError(identity.exchange('web-bff', tokens.access_token))).toBe('invalid_request');
  });
});

describe('introspection', () => {
  it('tells the audience of a token all, and others nothing', async () => {
    const { access_token: token } = await identity.logIn('bob', { id: 'mobile-app' });
    expect(await identity.introspect('portico-api', token)).toMatchObject({
      active: true,
      aud: 'portico-api',
      client_id: 'mobile-app',
      iss: identity.url,
      roles: ['customer'],
      token_type: 'Bearer',
    });
    expect(await identity.introspect('ordering', token)).toEqual({ active: false });
    expect(await identity.introspect('portico-api', `${token}x`)).toEqual({ active: false });
    expect(await identity.introspect('portico-api', 'opaque')).toEqual({ active: false });
  });

  it('wants to know who asks', async () => {
    const { access_token: token } = await identity.logIn('bob', { id: 'mobile-app' });
    const wrong = await identity.client('portico-api', 'not the secret');
    const answer = client.tokenIntrospection(wrong, token).then(
      () => 200,
      (error: { status?: number }) => error.status,
    );
    expect(await answer).toBe(401);
  });

  it('knows the refresh tokens of the asking client alone', async () => {
    const { refresh_token: token } = await identity.logIn('bob');
    expect((await identity.introspect('web-bff', token ?? '')).active).toBe(true);
    expect(await identity.introspect('portico-api', token ?? '')).toEqual({ active: false });
  });
});

describe('client credentials', () => {
  it('give reports a token for portico-api with role staff', async () => {
    const tokens = await client.clientCredentialsGrant(await identity.client('reports'));
    expect(decodeAnswer(tokens)).toMatchObject({
      aud: 'portico-api',
      sub: 'reports',
      client_id: 'reports',
      roles: ['staff'],
      scope: 'portico-api',
    });
    expect(await identity.introspect('portico-api', tokens.access_token)).toMatchObject({ active: true });
  });

  it('give a BFF a token of its own for ordering, without roles', async () => {
    const wanted = { audience: 'ordering', scope: 'ordering' };
    const tokens = await client.clientCredentialsGrant(await identity.client('web-bff'), wanted);
    expect(decodeAnswer(tokens)).toMatchObject({ aud: 'ordering', sub: 'web-bff', roles: [], scope: 'ordering' });
  });

  it('are not for other audiences and other clients', async () => {
    const ask = async (id: string, parameters: Record<string, string> = {}) =>
      oauthError(client.clientCredentialsGrant(await identity.client(id), parameters));
    expect(await ask('reports', { audience: 'ordering' })).toBe('invalid_target');
    expect(await ask('reports', { resource: 'urn:portico:ordering' })).toBe('invalid_target');
    expect(await ask('ordering')).toBe('invalid_request');
    expect(await ask('mobile-app')).toBe('invalid_request');
  });
});

it('lets access tokens live as long as ACCESS_TOKEN_LIFE says', async () => {
  const own = await RunningIdentity.start({ ACCESS_TOKEN_LIFE: '7' });
  try {
    const { access_token: token, expires_in: seconds } = await own.logIn('alice');
    const { iat = 0, exp = 0 } = decodeJwt(token);
    expect([seconds, exp - iat]).toEqual([7, 7]);
  } finally {
    await own.close();
  }
});
