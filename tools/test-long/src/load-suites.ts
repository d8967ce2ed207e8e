import { readdirSync } from 'node:fs';
import type { Suite } from './suite.ts';

const FOLDER = new URL('./suites/', import.meta.url);

/** Names of all suites: the folders of `suites`. */
export function suiteNames(): string[] {
  const entries = readdirSync(FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Loads the suite of that name. */
export async function loadSuite(name: string): Promise<Suite> {
  const module = (await import(new URL(`${name}/suite.ts`, FOLDER).href)) as { readonly suite: Suite };
  return module.suite;
}
