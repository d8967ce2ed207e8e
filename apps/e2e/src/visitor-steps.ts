import type { Page } from 'playwright-core';

/** What a guest types at the checkout. */
export const GUEST = {
  'Full name': 'Ida Lindqvist',
  Email: 'ida@example.com',
  'Street and number': 'Heath Road 3',
  'Postal code': '2100',
  City: 'Copenhagen',
} as const;

/** Opens the first product of the shop that can be bought and returns its name. */
export async function openProduct(page: Page, shopUrl: string): Promise<string> {
  await page.goto(`${shopUrl}/browse?sort=newest`);
  const links = page.locator('[data-product]');
  await links.first().waitFor();
  const ids = await links.evaluateAll((found) => found.map((link) => link.getAttribute('data-product')));
  for (const id of ids) {
    await page.goto(`${shopUrl}/product/${id}`);
    const stock = page.locator('.stock');
    await stock.waitFor();
    if (/^In stock/.test(await stock.innerText())) return page.getByRole('heading', { level: 1 }).innerText();
  }
  throw new Error('No product on the first page is in stock.');
}

/** Puts the product that is shown into the basket. */
export async function addToBasket(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await page.locator('.buy-outcome').getByText('added.').waitFor();
}

/** Logs in at the page of the identity provider, where a link of a BFF has led; the test users' passwords are their names. */
export async function logInAsTestUser(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill(name);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Fills in the checkout form. */
export async function fillCheckout(page: Page): Promise<void> {
  for (const [label, text] of Object.entries(GUEST)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByLabel('Country').selectOption('DK');
}
