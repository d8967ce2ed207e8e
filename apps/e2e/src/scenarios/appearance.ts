import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousViolations } from '../accessibility.ts';
import { type Look, LOOKS, visit, WINDOWS } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { addToBasket, fillCheckout, openProduct } from '../visitor-steps.ts';

const PICTURES_LOADED = `Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode(); }))`;

/** Nothing may be wider than the window; on a phone not even in the 320 pixels of WCAG 2.2, success criterion 1.4.10. */
async function checkReflow(page: Page, look: Look, name: string): Promise<void> {
  const narrow = { ...WINDOWS[look.window], ...(look.window === 'phone' && { width: 320 }) };
  await page.setViewportSize(narrow);
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  await page.setViewportSize(WINDOWS[look.window]);
  assert.ok(width <= narrow.width, `${name} takes ${width} of ${narrow.width} pixels and scrolls sideways`);
}

/** Holds the page as it stands to what every page must meet, and takes its picture. */
async function inspect(stage: Stage, page: Page, look: Look, name: string): Promise<void> {
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  await page.evaluate(PICTURES_LOADED);
  await page.screenshot({ path: stage.picture(`${name}-${look.window}-${look.scheme}`), fullPage: true });
  assert.deepEqual(await seriousViolations(page), [], `${name}: accessibility`);
  await checkReflow(page, look, name);
}

async function inspectShelves(stage: Stage, page: Page, look: Look): Promise<void> {
  const { url } = stage.shop;
  await page.goto(url);
  await page.locator('[data-product]').first().waitFor();
  await inspect(stage, page, look, 'home');
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('link').first().click();
  await page.locator('.browse [data-product]').first().waitFor();
  await inspect(stage, page, look, 'browse');
  await page.goto(`${url}/browse?q=zzzzzz`);
  await page.locator('.notice').waitFor();
  await inspect(stage, page, look, 'nothing-found');
  await page.goto(`${url}/nowhere`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await inspect(stage, page, look, 'no-such-page');
}

async function inspectPurchase(stage: Stage, page: Page, look: Look): Promise<void> {
  const { url } = stage.shop;
  await page.goto(`${url}/basket`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await inspect(stage, page, look, 'basket-empty');
  await openProduct(page, url);
  await addToBasket(page);
  await page.getByText('Write a review').click();
  await inspect(stage, page, look, 'product');
  await page.goto(`${url}/basket`);
  await page.locator('.basket-line').waitFor();
  await inspect(stage, page, look, 'basket');
  await page.goto(`${url}/checkout`);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await inspect(stage, page, look, 'checkout-with-mistakes');
  await fillCheckout(page);
  await inspect(stage, page, look, 'checkout');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.locator('.order-progress').waitFor();
  await inspect(stage, page, look, 'order');
}

/** Every page in every look: nothing serious for axe-core, nothing wider than the window, no word of the console. */
export function appearance(stage: Stage): void {
  for (const look of LOOKS) {
    void test(`every page is in order on a ${look.window} in ${look.scheme} colours`, async () => {
      const { page, complaints, leave } = await visit(stage.browser, look);
      await inspectShelves(stage, page, look);
      await inspectPurchase(stage, page, look);
      assert.deepEqual(complaints, []);
      await leave();
    });
  }
}
