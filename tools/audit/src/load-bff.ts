import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BffOptions } from '@portico/server';
import { type Accepted, parseAccepted } from './accepted.ts';
import { describeBff } from './describe-bff.ts';
import type { BffDescription } from './operation.ts';

const APPS = new URL('../../../apps/', import.meta.url);

/** The BFFs of this repository, by the names of their folders. */
export function bffNames(): readonly string[] {
  return readdirSync(APPS)
    .filter((name) => name.endsWith('-bff') && existsSync(new URL(`${name}/src/app.module.ts`, APPS)))
    .sort();
}

/** Reads a BFF from its source. */
export async function loadBff(name: string): Promise<BffDescription> {
  const { bff } = (await import(new URL(`${name}/src/app.module.ts`, APPS).href)) as { bff: BffOptions };
  return describeBff(bff, scopeOf(name));
}

/** The violations that a BFF declares as meant. */
export function loadAccepted(name: string): readonly Accepted[] {
  const file = new URL(`${name}/audit.json`, APPS);
  return existsSync(file) ? parseAccepted(readFileSync(file, 'utf8'), `apps/${name}/audit.json`) : [];
}

function scopeOf(name: string): string | undefined {
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL(`${name}/package.json`, APPS)), 'utf8')) as {
    nx?: { tags?: readonly string[] };
  };
  return manifest.nx?.tags?.find((tag) => tag.startsWith('scope:'))?.slice('scope:'.length);
}
