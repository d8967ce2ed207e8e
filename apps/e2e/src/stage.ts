import { mkdirSync } from 'node:fs';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { ShopSystem } from './shop-system.ts';

/** What the scenarios play on: the running shop, a browser, and where a screenshot of some name goes. */
export type Stage = { readonly shop: ShopSystem; readonly browser: Browser; picture(name: string): string };

const PICTURES = fileURLToPath(new URL('../../../.data/screenshots/', import.meta.url));

/** Has the shop and the browser started before the first scenario and stopped after the last. */
export function setStage(): Stage {
  const shop = new ShopSystem();
  const stage: { shop: ShopSystem; browser: Browser | null } = { shop, browser: null };
  before(async () => {
    mkdirSync(PICTURES, { recursive: true });
    stage.browser = await launchBrowser();
    await shop.start(['web-bff', 'admin-bff']);
  });
  after(async () => {
    await stage.browser?.close();
    await shop.stop();
  });
  return {
    shop,
    picture: (name) => `${PICTURES}${name}.png`,
    get browser() {
      if (!stage.browser) throw new Error('The browser has not been started.');
      return stage.browser;
    },
  };
}
