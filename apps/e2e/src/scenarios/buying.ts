import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from '../browser.ts';
import type { Stage } from '../stage.ts';
import { addToBasket, fillCheckout, GUEST, openProduct } from '../visitor-steps.ts';

async function orderAsGuest(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  await page.goto(stage.shop.url);
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Show more' }).waitFor();
  const word = (await page.locator('[data-product]').first().innerText()).split(' ').at(-1) ?? '';

  await page.getByRole('searchbox').fill(word);
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('heading', { level: 1, name: `“${word}”` }).waitFor();
  await page.locator('[data-product]').first().waitFor();

  const name = await openProduct(page, stage.shop.url);
  await addToBasket(page);
  await page.getByRole('link', { name: 'Go to the basket' }).click();
  await page.getByRole('heading', { level: 1, name: 'Basket' }).waitFor();
  await page.getByRole('button', { name: /^One more/ }).click();
  await page.locator('.totals').getByText('2 pieces').waitFor();
  await page.locator('.basket-line img').waitFor();

  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await fillCheckout(page);
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thank you, Ida' }).waitFor();
  assert.match(await page.locator('.basket-lines').innerText(), new RegExp(`^${name.slice(0, 10)}`));
  assert.match(await page.locator('main').innerText(), new RegExp(`2 × .*${GUEST.City}`, 's'));
  await page.locator('.basket-line img').waitFor();
  await page.locator('.site-header').getByRole('link', { name: 'Basket 0 pieces' }).waitFor();
  assert.deepEqual(complaints, []);
  await leave();
}

async function emptyTheBasketLater(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  await openProduct(page, stage.shop.url);
  await addToBasket(page);
  await page.goto(stage.shop.url);
  await page.getByRole('link', { name: 'Basket 1 piece' }).click();
  await page.getByRole('button', { name: /^Take out/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Your basket is empty' }).waitFor();
  assert.deepEqual(complaints, []);
  await leave();
}

async function orderWithMistakes(stage: Stage): Promise<void> {
  const { page, leave } = await visit(stage.browser);
  await openProduct(page, stage.shop.url);
  await addToBasket(page);
  await page.goto(`${stage.shop.url}/checkout`);
  await page.getByRole('button', { name: 'Place the order' }).click();
  assert.equal(await page.locator('.field-error').count(), 6);
  assert.equal(await page.locator(':focus').getAttribute('id'), 'name');

  await fillCheckout(page);
  await page.getByLabel('Email').fill('ida..l@example.com');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.locator('#email-error').waitFor();
  assert.equal(await page.locator('.field-error').count(), 1);
  assert.equal(await page.locator(':focus').getAttribute('id'), 'email');
  assert.equal(await page.getByLabel('City').inputValue(), GUEST.City);
  await leave();
}

async function writeReview(stage: Stage): Promise<void> {
  const { page, complaints, leave } = await visit(stage.browser);
  await openProduct(page, stage.shop.url);
  await page.getByText('Write a review').click();
  await page.getByRole('radio', { name: '4 stars' }).check({ force: true });
  await page.getByLabel('In a few words').fill('Kept dry on the moor');
  await page.getByLabel('How did it do?').fill('Two weeks of rain, and nothing came through.');
  await page.getByLabel('Your name').fill('Ida');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.locator('.review-form').getByText('Your review is published').waitFor();
  await page.locator('.reviews').getByRole('heading', { name: 'Kept dry on the moor' }).waitFor();
  assert.deepEqual(complaints, []);
  await leave();
}

/** What a buyer does, from the first page to the confirmation. */
export function buying(stage: Stage): void {
  void test('a guest browses, searches, fills a basket, changes it and orders', () => orderAsGuest(stage));
  void test('the basket is still there on the next visit, and empty after its line is taken out', () =>
    emptyTheBasketLater(stage));
  void test('a checkout with mistakes names them beside their fields and keeps what was typed', () =>
    orderWithMistakes(stage));
  void test('a review is published and read on the page', () => writeReview(stage));
}
