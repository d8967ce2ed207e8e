import { BffError } from '@portico/core';
import { reply } from '@portico/testing';
import { Browser } from '../../test/browser.ts';
import { type EndpointsWorld, startEndpoints } from '../../test/endpoints-world.ts';
import { PUBLIC_URL } from '../../test/provider-fixture.ts';

const SESSION = '__Host-test-bff';

let world: EndpointsWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startEndpoints();
});
beforeEach(() => {
  world.fake.user = 'alice';
  world.fake.tamper = {};
  browser = new Browser(world.url);
});
afterAll(() => world.close());

const secretOf = (one: Browser) => one.cookies.get(SESSION)?.value;
const userOf = async (one: Browser) => (await one.call('/bff/user?anonymous=true')).json<{ sub: string } | null>()?.sub;

describe('a login in the browser', () => {
  it('goes to the provider and comes back to a page that goes on, with a session', async () => {
    const out = await browser.visit('/bff/login?returnUrl=/orders%3Fpage%3D2%26x%3D%22y');
    expect([out.status, out.headers['cache-control']]).toEqual([302, 'no-store']);
    expect(out.headers['set-cookie']?.[0]).toMatch(
      /^__Host-test-bff-login-[0-4]=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    browser = new Browser(world.url);
    const landed = await browser.logIn('?returnUrl=/orders%3Fpage%3D2%26x%3D%22y');
    expect(landed.status).toBe(200);
    expect(landed.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    expect(landed.text).toContain('content="0;url=/orders?page=2&amp;x=%22y"');
    expect(landed.text).not.toMatch(/<script|style=/i);
    expect([...browser.cookies.keys()]).toEqual([SESSION]);
    expect(browser.cookies.get(SESSION)).toMatchObject({ sameSite: 'Strict' });
    expect(await userOf(browser)).toBe('alice');
  });

  it('escapes where it goes on to', async () => {
    const { text } = await browser.logIn(
      `?returnUrl=${encodeURIComponent(`/a?"><script>alert('1')</script>&amp;#'x`)}`,
    );
    expect(text).not.toContain('<script>');
    expect(text).toContain('&#39;');
    expect(text.match(/<meta http-equiv="refresh" content="0;url=([^"]*)">/)?.[1]).not.toMatch(/[<>']/);
  });

  it.each([
    ['returnUrl=//evil.example', 'returnUrl'],
    ['returnUrl=/%5Cevil.example', 'returnUrl'],
    ['returnUrl=/a&returnUrl=/b', 'returnUrl'],
    ['returnUrl=', 'returnUrl'],
    ['prompt=sudo', 'prompt'],
    ['prompt=none%20login', 'prompt'],
    ['prompt=login&prompt=none', 'prompt'],
    ['acr_values=', 'acr_values'],
    ['acr_values=a%00', 'acr_values'],
    [`acr_values=${'a'.repeat(201)}`, 'acr_values'],
    ['max_age=-1', 'max_age'],
    ['max_age=1e9', 'max_age'],
    ['max_age=60&max_age=1', 'max_age'],
  ])('case 61: refuses %s', async (query) => {
    const before = world.fake.requests.length;
    const answer = await browser.visit(`/bff/login?${query}`);
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'input-invalid']);
    expect(answer.headers.location).toBeUndefined();
    expect(world.fake.requests.length).toBe(before);
  });

  it.each<Record<string, string>>([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.example' },
  ])('case 62: makes the redirect URI of its configuration, not of %j', async (headers) => {
    const answer = await browser.visit('/bff/login', { headers });
    expect(answer.status).toBe(302);
    const pushed = new URLSearchParams(world.fake.requests.findLast(({ url }) => url === '/par')?.body.toString());
    expect(pushed.get('redirect_uri')).toBe(`${PUBLIC_URL}/bff/callback`);
  });

  it('case 62: redeems the code under the configured redirect URI whatever Host the callback came by', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', cookie: '' };
    const path = await browser.begin();
    headers.cookie = browser.cookieHeader();
    expect((await browser.visit(path, { headers })).status).toBe(200);
    const token = world.fake.requests.findLast(({ url }) => url === '/token');
    const form = new URLSearchParams(token?.body.toString());
    expect(form.get('redirect_uri')).toBe(`${PUBLIC_URL}/bff/callback`);
  });

  it('steps up: passes on what was asked for, and the new session takes the place of the old', async () => {
    await browser.logIn();
    const old = browser.copy();
    await browser.logIn('?acr_values=2&max_age=60&returnUrl=/pay');
    const pushed = new URLSearchParams(world.fake.requests.findLast(({ url }) => url === '/par')?.body.toString());
    expect([pushed.get('acr_values'), pushed.get('max_age')]).toEqual(['2', '60']);
    expect((await world.sessions.find(secretOf(browser)!))?.principal.acr).toBe('2');
    expect(await userOf(old)).toBeUndefined();
  });

  it('without asking the user: a failure goes on without a session, and is none', async () => {
    world.fake.user = undefined;
    const landed = await browser.logIn('?prompt=none&returnUrl=/start');
    expect([landed.status, browser.cookies.size]).toEqual([200, 0]);
    expect(landed.text).toContain('0;url=/start');
    const failed = await browser.logIn('?returnUrl=/start');
    expect([failed.status, failed.json<{ code: string }>().code]).toEqual([400, 'login-failed']);
    expect(browser.cookies.size).toBe(0);
  });

  it('a provider that is away is a 503, and the next login works', async () => {
    world.fake.answer('par', reply({ status: 500 }));
    const answer = await browser.visit('/bff/login');
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([503, 'identity-provider-unavailable']);
    world.fake.answer('par', undefined);
    const path = await browser.begin();
    world.fake.answer('token', reply({ status: 500 }));
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(503);
    world.fake.answer('token', undefined);
    await browser.logIn();
    expect(await userOf(browser)).toBe('alice');
  });

  it('a session store that is away is a 503; the same callback works once it is back', async () => {
    const path = await browser.begin();
    const { useOnce } = world.sessions;
    world.sessions.useOnce = () => Promise.reject(new BffError('sessions-unavailable'));
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(503);
    world.sessions.useOnce = useOnce;
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(200);
  });
});

describe('the beginning of a login', () => {
  const fetched = (site: string, mode: string, destination: string) => ({
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    'sec-fetch-dest': destination,
  });

  it.each<[string, Record<string, string>]>([
    ['an image of a sibling site', fetched('same-site', 'no-cors', 'image')],
    ['an image of another site', fetched('cross-site', 'no-cors', 'image')],
    ['a frame of a sibling site', fetched('same-site', 'navigate', 'iframe')],
    ['a frame of another site', fetched('cross-site', 'navigate', 'iframe')],
    ['an embedded object', fetched('cross-site', 'navigate', 'object')],
    ['a script that fetches', fetched('same-site', 'cors', 'empty')],
    ['a prefetch of a script', fetched('cross-site', 'no-cors', 'script')],
    ['a site alone', { 'sec-fetch-site': 'cross-site' }],
    ['a field that came twice', fetched('same-origin, cross-site', 'no-cors', 'image')],
    ['an image in a browser without Fetch Metadata', { accept: 'image/webp,image/png,image/*;q=0.8,*/*;q=0.5' }],
    ['a style in a browser without Fetch Metadata', { accept: 'text/css,*/*;q=0.1' }],
  ])('is refused for %s: no cookie, and nobody is asked', async (_what, headers) => {
    const asked = world.fake.requests.length;
    const answer = await browser.visit('/bff/login', { headers });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([403, 'csrf-refused']);
    expect([answer.headers['set-cookie'], world.fake.requests.length]).toEqual([undefined, asked]);
  });

  it.each<[string, Record<string, string>]>([
    ['a link of an own page', fetched('same-origin', 'navigate', 'document')],
    ['an address that was typed in', fetched('none', 'navigate', 'document')],
    ['a silent login in a frame of an own page', fetched('same-origin', 'navigate', 'iframe')],
    ['a call of an own page', fetched('same-origin', 'cors', 'empty')],
    ['a link of a sibling site', fetched('same-site', 'navigate', 'document')],
    ['a page in a browser without Fetch Metadata', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    ['a program', { accept: '*/*' }],
  ])('is served for %s', async (_what, headers) => {
    expect((await browser.visit('/bff/login', { headers })).status).toBe(302);
    expect(browser.cookies.size).toBe(1);
  });
});

describe('case 54: a callback', () => {
  it('is refused in another browser', async () => {
    const path = await browser.begin();
    const other = new Browser(world.url);
    await other.begin();
    for (const one of [other, new Browser(world.url)]) {
      const answer = await one.visit(path, { fromAbroad: true });
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'login-failed']);
      expect(secretOf(one)).toBeUndefined();
    }
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(200);
  });

  it('works once, even with a copy of the cookie, and asks the provider once', async () => {
    const path = await browser.begin();
    const copy = browser.copy();
    await browser.visit(path, { fromAbroad: true });
    const before = world.fake.calls.token;
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(400);
    const replayed = await copy.visit(path, { fromAbroad: true });
    expect([replayed.status, replayed.json<{ code: string }>().code]).toEqual([400, 'login-failed']);
    expect(secretOf(copy)).toBeUndefined();
    expect(copy.cookies.size).toBe(0);
    expect(world.fake.calls.token).toBe(before);
    expect(await userOf(browser)).toBe('alice');
  });

  it.each([
    ['without state', (query: URLSearchParams) => query.delete('state')],
    ['with another state', (query: URLSearchParams) => query.set('state', 'x'.repeat(43))],
    [
      'with a state that only begins alike',
      (query: URLSearchParams) => query.set('state', `${query.get('state')!.slice(0, 42)}_`),
    ],
    ['with two states', (query: URLSearchParams) => query.append('state', query.get('state')!)],
    ['with a state that is a header', (query: URLSearchParams) => query.set('state', 'a\r\nset-cookie: x=y')],
    [
      'with an error instead of a code',
      (query: URLSearchParams) => (query.delete('code'), query.set('error', 'access_denied')),
    ],
  ])('is refused %s', async (_what, change) => {
    const [path, search] = (await browser.begin()).split('?');
    const query = new URLSearchParams(search);
    change(query);
    const answer = await browser.visit(`${path}?${query}`, { fromAbroad: true });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'login-failed']);
    expect(secretOf(browser)).toBeUndefined();
  });

  it.each([
    ['garbage', () => 'garbage'],
    ['changed', (value: string) => `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`],
    ['empty', () => ''],
    ['huge', () => 'a'.repeat(5000)],
  ])('case 69: is refused with a login cookie that is %s', async (_what, change) => {
    const path = await browser.begin();
    const [name, { value } = { value: '' }] = [...browser.cookies][0] ?? [];
    const answer = await browser.visit(path, { headers: { cookie: `${name}=${change(value)}` }, fromAbroad: true });
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([400, 'login-failed']);
  });

  it('is refused when its login cookie came twice, or under the name of another', async () => {
    const path = await browser.begin();
    const header = browser.cookieHeader();
    const twice = await browser.visit(path, { headers: { cookie: `${header}; ${header}` } });
    expect(twice.json<{ code: string }>().code).toBe('login-failed');
    const other = new Browser(world.url);
    await other.begin();
    const [name] = [...browser.cookies.keys()];
    const [{ value } = { value: '' }] = other.cookies.values();
    const foreign = await browser.visit(path, { headers: { cookie: `${name}=${value}` } });
    expect(foreign.json<{ code: string }>().code).toBe('login-failed');
  });
});

describe('case 59: sessions of a browser', () => {
  it('a login ends the one before, although its cookie does not come along from abroad', async () => {
    await browser.logIn();
    const before = browser.copy();
    await browser.logIn();
    expect(secretOf(browser)).not.toBe(secretOf(before));
    expect(await userOf(before)).toBeUndefined();
    expect(await userOf(browser)).toBe('alice');
  });

  it('so does one that a link on another site has begun, where the cookie does not come along either', async () => {
    await browser.logIn();
    const before = browser.copy();
    const asked = world.fake.calls.par;
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const hop = await browser.visit('/bff/login?returnUrl=/a%26b&max_age=60', { fromAbroad: true, headers });
    expect([hop.status, hop.headers['set-cookie'], world.fake.calls.par]).toEqual([200, undefined, asked]);
    expect(hop.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    const next = /content="0;url=([^"]*)"/.exec(hop.text)![1]!.replaceAll('&amp;', '&');
    expect(next).toBe('/bff/login?returnUrl=/a%26b&max_age=60');
    expect((await browser.logIn(next.slice('/bff/login'.length))).text).toContain('0;url=/a&amp;b');
    expect(await userOf(before)).toBeUndefined();
    expect(await userOf(browser)).toBe('alice');
  });

  it('a session that somebody else set before is not the one after', async () => {
    const path = await browser.begin();
    browser.cookies.set(SESSION, { value: 'f'.repeat(43), sameSite: 'Strict' });
    await browser.visit(path);
    expect(secretOf(browser)).not.toBe('f'.repeat(43));
  });
});

describe('case 68: many logins of one browser', () => {
  it('two tabs both finish, and the session of the first ends with the second', async () => {
    const first = await browser.begin('?returnUrl=/first');
    const second = await browser.begin('?returnUrl=/second');
    expect((await browser.visit(first, { fromAbroad: true })).text).toContain('0;url=/first');
    const after = browser.copy();
    expect(await userOf(after)).toBe('alice');
    expect((await browser.visit(second, { fromAbroad: true })).text).toContain('0;url=/second');
    expect(await userOf(browser)).toBe('alice');
    expect(await userOf(after)).toBeUndefined();
    expect([...browser.cookies.keys()]).toEqual([SESSION]);
  });

  it('30 abandoned ones leave 5 cookies of less than 8 KB, and a further one works', async () => {
    const longest = `?returnUrl=/${'a'.repeat(511)}&acr_values=${'1'.repeat(200)}&max_age=999999999`;
    await browser.logIn();
    for (let count = 0; count < 30; count++) await browser.visit(`/bff/login${longest}`);
    expect([...browser.cookies.keys()].filter((name) => name.includes('-login-'))).toHaveLength(5);
    expect(browser.cookieHeader().length).toBeLessThan(8192);
    expect((await browser.logIn()).status).toBe(200);
    expect([...browser.cookies.keys()].filter((name) => name.includes('-login-'))).toHaveLength(4);
  });

  it('60 at once leave no more cookies than one after the other, and the user logs in all the same', async () => {
    const headers = { 'user-agent': 'firefox' };
    await Promise.all(
      Array.from({ length: 60 }, () => browser.visit('/bff/login', { headers: { ...headers, cookie: '' } })),
    );
    expect(browser.cookies.size).toBeLessThanOrEqual(5);
    expect((await browser.logIn('?returnUrl=/orders')).text).toContain('0;url=/orders');
    expect(await userOf(browser)).toBe('alice');
  });

  it('two tabs that begin at the same time, each before the other has its cookie, both finish', async () => {
    const [first, second] = await Promise.all([
      browser.begin('?returnUrl=/first'),
      browser.begin('?returnUrl=/second'),
    ]);
    expect((await browser.visit(second, { fromAbroad: true })).text).toContain('0;url=/second');
    expect((await browser.visit(first, { fromAbroad: true })).text).toContain('0;url=/first');
    expect(await userOf(browser)).toBe('alice');
  });

  it('cookies that are no logins any more go first', async () => {
    const path = await browser.begin();
    for (let count = 0; count < 6; count++)
      browser.cookies.set(`${SESSION}-login-garbage${count}`, { value: 'x', sameSite: 'Lax' });
    await browser.begin();
    expect(browser.cookies.size).toBe(2);
    expect((await browser.visit(path, { fromAbroad: true })).status).toBe(200);
  });
});

describe('case 65: what a browser gets', () => {
  it('holds no token, and one small cookie even with 300 roles', async () => {
    const roles = Array.from({ length: 300 }, (_, number) => `a-rather-long-name-of-a-role-${number}`);
    world.fake.tamper = { idTokenClaims: (claims) => ({ ...claims, roles }) };
    const path = await browser.begin();
    const code = new URLSearchParams(path.split('?')[1]).get('code')!;
    const landed = await browser.visit(path, { fromAbroad: true });
    const user = await browser.call('/bff/user');
    const list = await browser.call('/bff/sessions');
    expect(user.json<{ roles: string[] }>().roles).toHaveLength(300);
    const { tokens } = (await world.sessions.find(secretOf(browser)!))!;
    for (const { text, rawHeaders } of [landed, user, list]) {
      const seen = text + rawHeaders.join('\n');
      for (const secret of [tokens.accessToken, tokens.refreshToken!, tokens.idToken, code])
        expect(seen).not.toContain(secret);
      expect(seen).not.toMatch(/eyJ[\w-]{20}/);
    }
    expect(browser.cookieHeader().length).toBeLessThan(100);
  });
});
