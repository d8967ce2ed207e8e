import { existsSync } from 'node:fs';
import { loadConfig } from '@portico/core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

/** The windows in which every page must work. */
export const WINDOWS = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1360, height: 850 },
} as const;

/** How a visitor looks at the shop. */
export type Look = { window: keyof typeof WINDOWS; scheme: 'light' | 'dark' };

/** Every way to look at the shop. */
export const LOOKS: readonly Look[] = [
  { window: 'phone', scheme: 'light' },
  { window: 'phone', scheme: 'dark' },
  { window: 'desktop', scheme: 'light' },
  { window: 'desktop', scheme: 'dark' },
];

// A container runs as root without a GPU, and nothing but this machine may be called.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium that `CHROMIUM` names, by default Debian's. */
export async function launchBrowser(): Promise<Browser> {
  const { CHROMIUM } = loadConfig({ CHROMIUM: z.string().default('/usr/bin/chromium') });
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no Chromium at ${CHROMIUM}. Install one (Debian: apt-get install chromium), or set CHROMIUM to the path of a Chrome or Chromium.`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** One visitor with an empty browser; `complaints` is what the browser's console had to complain about. */
export type Visitor = { page: Page; complaints: string[]; leave(): Promise<void> };

/** Lets a new visitor in. */
export async function visit(browser: Browser, look: Look = { window: 'desktop', scheme: 'light' }): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: WINDOWS[look.window],
    colorScheme: look.scheme,
    reducedMotion: 'reduce',
    locale: 'en-IE',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints, leave: () => context.close() };
}
