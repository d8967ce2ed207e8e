import { BffError } from '@portico/core';
import { reply } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { type EndpointsWorld, startEndpoints } from '../../test/endpoints-world.ts';
import { providerOf } from '../../test/provider-fixture.ts';

const SESSION = '__Host-test-bff';

let world: EndpointsWorld;
let laptop: Browser;
let phone: Browser;
let provider: Browser;

beforeAll(async () => {
  world = await startEndpoints();
  provider = new Browser(world.url);
});
beforeEach(async () => {
  world.fake.user = 'alice';
  laptop = new Browser(world.url);
  phone = new Browser(world.url);
  await laptop.logIn();
  await phone.logIn();
});
afterAll(() => world.close());

const tell = (token: string) => provider.submit('/bff/backchannel-logout', { logout_token: token });
const isIn = async (one: Browser) => (await one.call('/bff/user')).status === 200;
const sidOf = async (one: Browser) => (await world.sessions.find(one.cookies.get(SESSION)!.value))!.providerSession;

describe('case 67: back-channel logout', () => {
  it('ends the sessions of one login by sid', async () => {
    const answer = await tell(world.fake.logoutToken('alice', { sid: await sidOf(laptop) }));
    expect([answer.status, answer.text, answer.headers['cache-control']]).toEqual([200, '', 'no-store']);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([false, true]);
  });

  it('ends all sessions of a user by sub, and no one else’s', async () => {
    world.fake.user = 'bob';
    const bob = new Browser(world.url);
    await bob.logIn();
    expect((await tell(world.fake.logoutToken('alice'))).status).toBe(200);
    expect([await isIn(laptop), await isIn(phone), await isIn(bob)]).toEqual([false, false, true]);
  });

  it('is fine when there is no such session', async () => {
    expect((await tell(world.fake.logoutToken('alice', { sid: 'unknown' }))).status).toBe(200);
    expect((await tell(world.fake.logoutToken('nobody'))).status).toBe(200);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, true]);
  });

  it('takes a token once', async () => {
    const token = world.fake.logoutToken('alice');
    expect((await tell(token)).status).toBe(200);
    await laptop.logIn();
    const again = await tell(token);
    expect([again.status, again.headers['cache-control']]).toEqual([400, 'no-store']);
    expect(await isIn(laptop)).toBe(true);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'admin-bff' }],
    ['another event', { events: {} }],
    ['a nonce', { nonce: 'n' }],
    ['an end in the past', { exp: 1_700_000_000 }],
    ['neither sub nor sid', { sub: undefined }],
  ])('is refused with %s, and the sessions stay', async (_what, claims) => {
    const answer = await tell(world.fake.logoutToken('alice', claims));
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'input-invalid']);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, true]);
  });

  it('is refused with an ID token, and with no or two tokens', async () => {
    const { tokens } = (await world.sessions.find(laptop.cookies.get(SESSION)!.value))!;
    expect((await tell(tokens.idToken)).status).toBe(400);
    expect((await provider.submit('/bff/backchannel-logout', {})).status).toBe(400);
    const token = `logout_token=${world.fake.logoutToken('alice')}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const twice = { method: 'POST', body: `${token}&${token}`, headers };
    expect((await provider.visit('/bff/backchannel-logout', twice)).status).toBe(400);
    expect((await provider.visit(`/bff/backchannel-logout?${token}`, { ...twice, body: '' })).status).toBe(400);
    expect((await provider.visit(`/bff/backchannel-logout?${token}`)).status).toBe(404);
    expect((await tell('x'.repeat(17_000))).status).toBe(413);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, true]);
  });

  it('needs no cookie and no header, and heeds none', async () => {
    const token = world.fake.logoutToken('alice', { sid: await sidOf(phone) });
    const headers = { origin: 'https://id.example', 'sec-fetch-site': 'cross-site', authorization: 'Bearer x' };
    expect((await laptop.submit('/bff/backchannel-logout', { logout_token: token }, headers)).status).toBe(200);
    expect([await isIn(laptop), await isIn(phone)]).toEqual([true, false]);
  });

  it('is a 503 when the keys or the sessions cannot be had, so that the provider knows', async () => {
    const fresh = providerOf(world.fake);
    const { checkLogoutToken } = world.provider;
    world.provider.checkLogoutToken = (token) => fresh.checkLogoutToken(token);
    world.fake.answer('keys', reply({ status: 500 }));
    expect((await tell(world.fake.logoutToken('alice'))).status).toBe(503);
    world.fake.answer('keys', undefined);
    world.provider.checkLogoutToken = checkLogoutToken;
    const { endAll } = world.sessions;
    world.sessions.endAll = () => Promise.reject(new BffError('sessions-unavailable'));
    expect((await tell(world.fake.logoutToken('alice'))).status).toBe(503);
    world.sessions.endAll = endAll;
    expect(await isIn(laptop)).toBe(true);
  });
});
