import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriousViolations } from '../accessibility.ts';
import { visit } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { logInAsTestUser } from '../visitor-steps.ts';

async function moveAnOrder(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  const console = stage.shop.server('admin-bff').url;
  await page.goto(console);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await logInAsTestUser(page, 'sam');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  assert.deepEqual(await seriousViolations(page), []);
  await page.locator('.panel a').first().click();
  await page.getByRole('region', { name: /^Stock of (?!p-)/ }).waitFor();
  assert.deepEqual(await seriousViolations(page), []);
  await page.goto(`${console}/orders?state=placed`);
  await page.getByRole('row').nth(1).waitFor();
  await page
    .getByRole('button', { name: /^(?!Cancel)/ })
    .and(page.locator('.actions button'))
    .first()
    .click();
  await page.locator('.outcome').filter({ hasText: /\S/ }).waitFor();
  assert.equal(await page.locator('.outcome-failed').count(), 0);
  assert.deepEqual(await seriousViolations(page), []);
  assert.deepEqual(complaints, []);
  await leave();
}

async function workOnAPhone(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser, { window: 'phone', scheme: 'light' });
  const console = stage.shop.server('admin-bff').url;
  await page.goto(`${console}/orders?state=placed`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await logInAsTestUser(page, 'sam');
  const order = page.locator('.order').first();
  await order.waitFor();
  for (const part of ['.order-id', '.order-total', '.order-state', '.order-moves button']) {
    const box = await order.locator(part).last().boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 360, `${part} is outside of the window`);
  }
  assert.deepEqual(await seriousViolations(page), []);
  await page.goto(`${console}/sessions?user=nobody`);
  await page.getByText('Sessions at web-bff cannot be seen or ended here').waitFor();
  assert.deepEqual(await seriousViolations(page), []);
  assert.deepEqual(complaints, []);
  await leave();
}

async function keepOut(stage: Stage): Promise<void> {
  const { page, leave } = await visit(stage.browser);
  await page.goto(stage.shop.server('admin-bff').url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await logInAsTestUser(page, 'alice');
  await page.getByRole('heading', { level: 1, name: 'Not for your account' }).waitFor();
  await leave();
}

/** What staff do, and who is not let in. */
export function staff(stage: Stage): void {
  void test('staff sign in at the console and move an order on', () => moveAnOrder(stage));
  void test('staff see the whole of an order on a phone, and which sessions they cannot see', () =>
    workOnAPhone(stage));
  void test('a customer is not let into the console', () => keepOut(stage));
}
