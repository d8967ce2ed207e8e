import { setTimeout as pause } from 'node:timers/promises';
import { reply } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { type EndpointsWorld, startEndpoints } from '../../test/endpoints-world.ts';
import { loginOf, tokensUntil } from '../../test/session/new-session.ts';

const SESSION = '__Host-test-bff';

let world: EndpointsWorld;
let browser: Browser;

beforeEach(async () => {
  world = await startEndpoints();
  browser = new Browser(world.url);
});
afterEach(() => world.close());

interface User {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly session: { readonly handle: string; readonly expiresIn: number; readonly idleExpiresIn: number };
}

describe('/bff/user', () => {
  it('tells the page who is logged in, and for how long', async () => {
    await browser.logIn();
    const answer = await browser.call('/bff/user');
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({
      sub: 'alice',
      name: 'alice',
      email: 'alice@shop.test',
      roles: ['customer'],
      session: { handle: expect.any(String), expiresIn: expect.any(Number), idleExpiresIn: expect.any(Number) },
      logoutToken: expect.any(String),
    });
    const { session } = answer.json<User>();
    expect(session.handle).not.toBe(browser.cookies.get(SESSION)?.value);
    expect(session.expiresIn).toBeGreaterThanOrEqual(session.idleExpiresIn);
    expect(session.idleExpiresIn).toBeGreaterThan(1_700);
  });

  it('is a 401 for nobody, with where to log in and no redirect; null if asked for', async () => {
    for (const cookie of ['', `${SESSION}=garbage`, `${SESSION}=${'f'.repeat(43)}`, `${SESSION}=${'x'.repeat(4000)}`]) {
      const answer = await browser.call('/bff/user', { headers: { cookie } });
      expect([answer.status, answer.headers.location]).toEqual([401, undefined]);
      expect(answer.json()).toMatchObject({ code: 'unauthenticated', login: '/bff/login' });
      expect(answer.headers['www-authenticate']).toBe('Cookie realm="session"');
      const nobody = await browser.call('/bff/user?anonymous=true', { headers: { cookie } });
      expect([nobody.status, nobody.text]).toEqual([200, 'null']);
    }
  });

  it('case 69, 72: refuses two sessions, and a session beside a token', async () => {
    await browser.logIn();
    const cookie = browser.cookieHeader();
    const refused: Array<Record<string, string>> = [
      { cookie: `${cookie}; ${cookie}` },
      { cookie, authorization: 'Bearer x' },
    ];
    for (const headers of refused) {
      const answer = await browser.call('/bff/user?anonymous=true', { headers });
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'credentials-ambiguous']);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['without x-csrf', {}],
    ['with another x-csrf', { 'x-csrf': '0' }],
    ['with a foreign Origin', { 'x-csrf': '1', origin: 'https://evil.example' }],
    ['with Origin null', { 'x-csrf': '1', origin: 'null' }],
    ['from another site', { 'x-csrf': '1', 'sec-fetch-site': 'cross-site' }],
    ['from a sibling domain', { 'x-csrf': '1', 'sec-fetch-site': 'same-site' }],
    ['that somebody typed in', { 'x-csrf': '1', 'sec-fetch-site': 'none' }],
  ])('case 66: tells nothing of a session to a call %s, and asks nobody', async (_what, headers) => {
    world.fake.settings.accessTokenLife = 0;
    await browser.logIn();
    const find = jest.spyOn(world.sessions, 'find');
    for (const path of ['/bff/user', '/bff/user?anonymous=true', '/bff/user?slide=false']) {
      const answer = await browser.visit(path, { headers });
      expect([path, answer.status, answer.json<{ code: string }>().code]).toEqual([path, 403, 'csrf-refused']);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    expect(find).not.toHaveBeenCalled();
    const nobody = await new Browser(world.url).visit('/bff/user?anonymous=true', { headers });
    expect([nobody.status, nobody.text]).toEqual([200, 'null']);
  });

  it('counts as use, unless it is asked not to', async () => {
    await browser.logIn();
    const asked: unknown[] = [];
    const find = world.sessions.find.bind(world.sessions);
    world.sessions.find = (secret, options) => {
      asked.push(options);
      return find(secret, options);
    };
    await browser.call('/bff/user');
    await browser.call('/bff/user?slide=false');
    expect(asked).toEqual([{ slide: true }, { slide: false }]);
  });

  it('case 51: shows the roles as they are once the access token has ended', async () => {
    world.fake.settings.accessTokenLife = 1;
    await browser.logIn();
    world.fake.users.set('alice', { roles: [] });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await browser.call('/bff/user?slide=false')).json<User>().roles).toEqual(['customer']);
    expect((await browser.call('/bff/user')).json<User>().roles).toEqual([]);
  });

  it('case 64: a provider that is away is a 503 and keeps the session; invalid_grant ends it', async () => {
    world.fake.settings.accessTokenLife = 0;
    await browser.logIn();
    world.fake.answer('token', reply({ status: 500 }));
    const away = await browser.call('/bff/user?anonymous=true');
    expect([away.status, away.json<{ code: string }>().code]).toEqual([503, 'identity-provider-unavailable']);
    world.fake.answer('token', undefined);
    world.fake.settings.accessTokenLife = 60;
    // Until a session's tokens may be asked for again.
    await pause(1_050);
    expect((await browser.call('/bff/user')).status).toBe(200);
    world.fake.settings.accessTokenLife = 0;
    await browser.logIn();
    world.fake.endLogins('alice');
    expect((await browser.call('/bff/user?anonymous=true')).text).toBe('null');
    expect((await browser.call('/bff/sessions')).status).toBe(401);
  });
});

interface Item {
  readonly handle: string;
  readonly current: boolean;
  readonly device: { readonly userAgent: string; readonly address: string };
  readonly createdAt: string;
}

describe('/bff/sessions', () => {
  const itemsOf = async (one: Browser) => (await one.call('/bff/sessions')).json<{ items: Item[] }>().items;

  it('lists the devices of a user, ends one of them, and all but this one', async () => {
    const [laptop, phone, tablet] = [browser, new Browser(world.url), new Browser(world.url)];
    for (const one of [laptop, phone, tablet]) await one.logIn();
    const items = await itemsOf(laptop);
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items[0]).toMatchObject({ device: { address: '127.0.0.1' }, createdAt: expect.stringMatching(/^20.*Z$/) });
    const [{ handle }] = (await itemsOf(phone)).filter(({ current }) => current) as [Item];
    expect((await laptop.call(`/bff/sessions/${handle}`, { method: 'DELETE' })).status).toBe(204);
    expect((await phone.call('/bff/user')).status).toBe(401);
    expect((await laptop.call(`/bff/sessions/${handle}`, { method: 'DELETE' })).status).toBe(404);
    const rest = await laptop.call('/bff/sessions', { method: 'DELETE' });
    expect([rest.status, rest.json()]).toEqual([200, { ended: 1 }]);
    expect((await tablet.call('/bff/user')).status).toBe(401);
    expect((await laptop.call('/bff/user')).status).toBe(200);
    expect((await laptop.call('/bff/sessions?all=true', { method: 'DELETE' })).json()).toEqual({ ended: 1 });
    expect(laptop.cookies.size).toBe(0);
  });

  it('lists a page at a time', async () => {
    await browser.logIn();
    const [{ handle }] = (await itemsOf(browser)) as [Item];
    const own = world.contexts.at(-1)!.principal!;
    for (let i = 0; i < 55; i++) {
      await world.sessions.begin(loginOf('alice', tokensUntil(Date.now(), 60_000), { principal: own }));
    }
    const first = (await browser.call('/bff/sessions')).json<{ items: Item[]; next: string }>();
    expect(first.items).toHaveLength(50);
    const second = (await browser.call(`/bff/sessions?after=${first.next}`)).json<{ items: Item[]; next: unknown }>();
    expect(second).toMatchObject({ items: { length: 6 }, next: null });
    expect([...first.items, ...second.items].filter(({ current }) => current)).toMatchObject([{ handle }]);
    expect((await browser.call('/bff/sessions?after=1')).status).toBe(400);
  });

  it('ends the own one with its cookie, and never that of somebody else', async () => {
    await browser.logIn();
    world.fake.user = 'bob';
    const bob = new Browser(world.url);
    await bob.logIn();
    const [{ handle }] = (await itemsOf(browser)) as [Item];
    expect(await itemsOf(bob)).toHaveLength(1);
    expect((await bob.call(`/bff/sessions/${handle}`, { method: 'DELETE' })).status).toBe(404);
    expect((await browser.call('/bff/user')).status).toBe(200);
    expect((await browser.call(`/bff/sessions/${handle}`, { method: 'DELETE' })).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
  });

  it('case 66: is for pages of ours only, and for nobody without a session', async () => {
    await browser.logIn();
    for (const method of ['GET', 'DELETE']) {
      expect((await browser.visit('/bff/sessions', { method })).status).toBe(403);
      const foreign = { 'sec-fetch-site': 'cross-site' };
      expect((await browser.call('/bff/sessions', { method, headers: foreign })).status).toBe(403);
      expect((await new Browser(world.url).call('/bff/sessions', { method })).status).toBe(401);
    }
    expect((await browser.call('/bff/user')).status).toBe(200);
  });
});
