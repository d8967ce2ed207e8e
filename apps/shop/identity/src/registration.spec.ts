import * as client from 'openid-client';
import { type Browser, type PageAnswer, target } from '../test/browser.ts';
import { RunningIdentity } from '../test/running-identity.ts';

let identity: RunningIdentity;
let browser: Browser;
let page: PageAnswer;

const ANN = {
  givenName: 'Ann',
  familyName: "O'Hara",
  email: 'ann@example.org',
  username: 'ann.ohara',
  password: 'correct horse battery',
};

beforeEach(async () => {
  identity = await RunningIdentity.start();
  browser = identity.browser();
  const url = client.buildAuthorizationUrl(await identity.client('web-bff'), {
    redirect_uri: 'http://127.0.0.1:34567/bff/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  });
  const login = await browser.open(url);
  const [, link = ''] = /<a href="([^"]*\/register)"/.exec(login.text) ?? [];
  page = await browser.open(link);
});
afterEach(() => identity.close());

it('a customer opens an account, is logged in, and can log in again', async () => {
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:34567;");
  const end = target(await browser.submit(page, ANN));
  expect(end.searchParams.get('code')).toEqual(expect.any(String));
  const tokens = await identity.logIn('nobody', { browser });
  expect(tokens.claims()).toMatchObject({ name: "Ann O'Hara", email: 'ann@example.org', roles: ['customer'] });
  const elsewhere = identity.browser();
  const again = await elsewhere.open(await pageOf(elsewhere));
  const wanted = { username: 'Ann.OHara', password: ANN.password };
  expect(target(await elsewhere.submit(again, wanted)).searchParams.get('code')).toEqual(expect.any(String));
});

it.each([
  [{ username: 'alice' }, 'the username'],
  [{ username: 'ALICE' }, 'the username in capitals'],
  [{ email: 'Alice@portico.test' }, 'the email address'],
])('is told the same whether %j is taken, %s', async (changes, _what) => {
  const answer = await browser.submit(page, { ...ANN, ...changes });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('There is an account with this username or email address already.');
});

it.each([
  [{ username: 'a b' }, 'username'],
  [{ email: 'nobody' }, 'email'],
  [{ password: 'short' }, 'password'],
  [{ givenName: ' ' }, 'givenName'],
  [{ familyName: 'x'.repeat(81) }, 'familyName'],
  [{ email: `${'x'.repeat(300)}@example.org` }, 'email'],
])('is told what is wrong: %j', async (changes, field) => {
  const answer = await browser.submit(page, { ...ANN, ...changes });
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch(
    new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*${field}-error"`),
  );
  expect(answer.text).not.toContain(ANN.password);
});

it('gives itself no role, and opens at most 5 accounts in 5 minutes', async () => {
  const evil = { ...ANN, roles: 'manager', disabled: 'false', id: '31a00000-0000-4000-8000-000000000004' };
  await browser.submit(page, evil);
  expect((await identity.logIn('nobody', { browser })).claims()).toMatchObject({ roles: ['customer'] });
  const statuses: number[] = [];
  for (let number = 0; number < 5; number++) {
    const other = identity.browser();
    const form = await other.open(`${(await other.open(await pageOf(other))).url.href}/register`);
    statuses.push(
      (await other.submit(form, { ...ANN, username: `ann-${number}`, email: `${number}@example.org` })).status,
    );
  }
  expect(statuses).toEqual([303, 303, 303, 303, 429]);
});

async function pageOf(asking: Browser): Promise<URL> {
  const url = client.buildAuthorizationUrl(await identity.client('web-bff'), {
    redirect_uri: 'http://127.0.0.1:34567/bff/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  });
  return (await asking.open(url)).url;
}
