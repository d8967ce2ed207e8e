import { readdirSync } from 'node:fs';
import type { Curve } from './curve.ts';

/**
 * The curves of this folder, by name.
 *
 * @param names which; all when empty
 * @throws Error that names what is not there
 */
export async function loadCurves(names: readonly string[]): Promise<Curve[]> {
  const folder = new URL('./', import.meta.url);
  const files = readdirSync(folder).filter((file) => /\.curve\.[jt]s$/.test(file));
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, folder).href) as Promise<{ curve: Curve }>),
  );
  const curves = modules.map((module) => module.curve).sort((a, b) => (a.name < b.name ? -1 : 1));
  const unknown = names.filter((name) => !curves.some((curve) => curve.name === name));
  if (unknown.length > 0) {
    const known = curves.map((curve) => curve.name).join(', ');
    throw new Error(`no curve is called ${unknown.join(', ')}; there are ${known}`);
  }
  return names.length === 0 ? curves : curves.filter((curve) => names.includes(curve.name));
}
