import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { visit } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { openProduct } from '../visitor-steps.ts';

const FOCUS_STYLE = `(() => { const style = getComputedStyle(document.activeElement.closest('.product-card') ?? document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0; })()`;

/** Presses Tab until the focus is on what the selector names; every stop on the way must show that it has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const label = await page.locator(':focus').evaluate((element) => element.outerHTML.slice(0, 120));
    assert.equal(await page.evaluate(FOCUS_STYLE), true, `no visible focus on ${label}`);
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`Tab does not reach ${selector}.`);
}

async function buyByKeyboard(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  const name = await openProduct(page, stage.shop.url);
  await page.goto(stage.shop.url);
  await page.locator('[data-product]').first().waitFor();
  await tabTo(page, '.skip-link');
  await page.keyboard.press('Enter');
  await tabTo(page, '.greeting .button');
  await page.keyboard.press('Enter');
  await page.locator('.browse [data-product]').first().waitFor();
  assert.equal(await page.locator(':focus').getAttribute('id'), 'main', 'the new page has the focus');

  const link = page.getByRole('link', { name, exact: true }).first();
  await tabTo(page, `[data-product="${await link.getAttribute('data-product')}"]`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await tabTo(page, '.button-buy');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('It is in your basket').waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Basket 1 piece' }).waitFor();
  assert.deepEqual(complaints, []);
  await leave();
}

/** The shop without a mouse. */
export function keyboard(stage: Stage): void {
  void test('the keyboard alone leads from the first page to a filled basket', () => buyByKeyboard(stage));
}
