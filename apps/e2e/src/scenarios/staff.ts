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
  void test('a customer is not let into the console', () => keepOut(stage));
}
