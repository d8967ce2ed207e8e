import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { openProduct } from '../visitor-steps.ts';

async function seeProductWithoutReviews(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  const name = await openProduct(page, stage.shop.url);
  const reviews = stage.shop.server('reviews');
  await reviews.crash();
  try {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/api/pages/product/')),
      page.reload(),
    ]);
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()['x-portico-parts'] ?? '', /product;ok.*reviews;(?!ok)/);
    await page.getByText('Reviews are taking a break.').waitFor();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('button', { name: 'Add to basket' }).waitFor();
    await page.screenshot({ path: stage.picture('product-without-reviews'), fullPage: true });
    assert.deepEqual(complaints, []);
  } finally {
    await reviews.start();
    await leave();
  }
}

async function seeProductWithoutStock(stage: Stage): Promise<void> {
  const { page, leave } = await visit(stage.browser);
  await openProduct(page, stage.shop.url);
  const inventory = stage.shop.server('inventory');
  await inventory.crash();
  try {
    await page.reload();
    await page.getByText('Stock is not known right now').waitFor();
    await page.getByRole('button', { name: 'Add to basket' }).waitFor();
  } finally {
    await inventory.start();
    await leave();
  }
}

async function outlastTheBff(stage: Stage): Promise<void> {
  const { page, leave } = await visit(stage.browser);
  await page.goto(stage.shop.url);
  await page.locator('[data-product]').first().waitFor();
  const bff = stage.shop.server('web-bff');
  await bff.crash();
  try {
    await page.getByRole('link', { name: 'All new arrivals' }).click();
    await page.getByRole('heading', { level: 1, name: 'The shop does not answer' }).waitFor();
    await page.screenshot({ path: stage.picture('bff-down'), fullPage: true });
  } finally {
    await bff.start();
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.browse [data-product]').first().waitFor();
  await leave();
}

async function answerToAnOfflineBrowser(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  await page.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => false }));
  await page.goto(stage.shop.url);
  await page.locator('[data-product]').first().waitFor();
  const probed = page.waitForResponse((response) => response.url().includes('/bff/user'));
  await page.evaluate("dispatchEvent(new Event('offline'))");
  await probed;
  assert.equal(await page.getByText('You are offline').count(), 0);
  assert.deepEqual(complaints, []);
  await leave();
}

/** The shop while a part of it is down. */
export function failures(stage: Stage): void {
  void test('without the reviews service the product page is there and says that reviews are missing', () =>
    seeProductWithoutReviews(stage));
  void test('without the inventory service the stock is said to be unknown', () => seeProductWithoutStock(stage));
  void test('a browser that believes itself offline is not told so while the shop answers', () =>
    answerToAnOfflineBrowser(stage));
  void test('without the BFF an open page says so, and goes on when it is back', () => outlastTheBff(stage));
}
