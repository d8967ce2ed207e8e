import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { visit } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { addToBasket, logInAsTestUser, openProduct } from '../visitor-steps.ts';

const COOKIE = '__Host-web-bff';

/** From the shop's page through the provider's real login page and back. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.locator('.site-header').getByRole('link', { name: 'Sign in' }).click();
  await logInAsTestUser(page, name);
  await page.locator('.account-menu').waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.locator('.account-menu summary').click();
  await page.getByRole('navigation', { name: 'Account' }).getByRole('button', { name: 'Sign out' }).click();
  await page.locator('.site-header').getByRole('link', { name: 'Sign in' }).waitFor();
}

/** All that a thief would need, if it were good for anything. */
async function sessionCookie(page: Page): Promise<string> {
  const cookie = (await page.context().cookies()).find(({ name }) => name === COOKIE);
  assert.ok(cookie, `there is no cookie ${COOKIE}`);
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, 'Strict', '/']);
  return `${COOKIE}=${cookie.value}`;
}

async function statusWith(cookie: string, url: string): Promise<number> {
  const answer = await fetch(`${url}/api/account/orders`, { headers: { cookie, 'x-csrf': '1' } });
  await answer.arrayBuffer();
  return answer.status;
}

async function orderAsCustomer(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  const name = await openProduct(page, stage.shop.url);
  await addToBasket(page);
  await signIn(page, 'alice');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page
    .locator('.site-header')
    .getByRole('link', { name: /^Basket [1-9]/ })
    .click();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await page.locator('.saved-addresses input:checked').first().waitFor({ state: 'attached' });
  assert.notEqual(await page.getByLabel('Street and number').inputValue(), '');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('heading', { level: 1, name: /^Thank you/ }).waitFor();
  await page.goto(`${stage.shop.url}/account/orders`);
  await page.getByRole('heading', { level: 1, name: 'Your orders' }).waitFor();
  assert.match(await page.locator('.account-row').first().innerText(), new RegExp(name.slice(0, 10)));
  assert.match(await page.locator('.account-row').first().innerText(), /Order [0-9A-Z]{4}-[0-9A-Z]{4}/);

  const cookie = await sessionCookie(page);
  assert.equal(await statusWith(cookie, stage.shop.url), 200);
  await signOut(page);
  assert.equal(await statusWith(cookie, stage.shop.url), 401);
  assert.deepEqual(complaints, []);
  await leave();
}

async function endedByTheProvider(stage: Stage): Promise<void> {
  const { page, leave } = await visit(stage.browser);
  await page.goto(stage.shop.url);
  await signIn(page, 'bob');
  const cookie = await sessionCookie(page);
  assert.equal(await statusWith(cookie, stage.shop.url), 200);
  const identity = stage.shop.server('identity').url;
  await fetch(`${identity}/admin/users/bob/sessions`, { method: 'DELETE' });
  const end = performance.now() + 1_000;
  while ((await statusWith(cookie, stage.shop.url)) !== 401) {
    assert.ok(performance.now() < end, 'the session is still good a second after the logout at the provider');
    await pause(20);
  }
  await page.goto(`${stage.shop.url}/account/orders`);
  await page.getByRole('heading', { level: 1, name: /Sign in to see this|Your session has ended/ }).waitFor();
  await leave();
}

async function devices(stage: Stage): Promise<void> {
  const one = await visit(stage.browser);
  const other = await visit(stage.browser);
  for (const { page } of [one, other]) {
    await page.goto(stage.shop.url);
    await signIn(page, 'alice');
  }
  const cookie = await sessionCookie(other.page);
  await one.page.goto(`${stage.shop.url}/account/devices`);
  await one.page
    .getByRole('button', { name: /^Sign out .*last used/ })
    .first()
    .click();
  await one.page.getByText('This device').waitFor();
  const end = performance.now() + 2_000;
  while ((await statusWith(cookie, stage.shop.url)) !== 401) {
    assert.ok(performance.now() < end, 'the other device is still signed in');
    await pause(20);
  }
  await Promise.all([one.leave(), other.leave()]);
}

/** What a customer does who has an account. */
export function accounts(stage: Stage): void {
  void test('a customer signs in, orders what was in the basket, sees the order, signs out; the stolen cookie is dead', () =>
    orderAsCustomer(stage));
  void test('a logout at the identity provider ends the session within a second', () => endedByTheProvider(stage));
  void test('one device ends the session of another', () => devices(stage));
}
