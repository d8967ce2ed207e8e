import type { PathRewriter } from './rewrite.ts';

/**
 * A `Set-Cookie` value as a client of the gateway may see it: without `Domain` (it would name an internal host), and
 * with the public path for `Path`. A path without a public counterpart is left out: the browser then takes the default.
 *
 * @param cookiePath see `compileCookiePath`
 * @returns undefined for a cookie of the gateway's kind, `__Host-...`: an upstream must not put a session into a browser
 */
export function rewriteSetCookie(value: string, cookiePath: PathRewriter): string | undefined {
  if (/^\s*__host-/i.test(value)) return undefined;
  const [pair = '', ...attributes] = value.split(';');
  const kept = [pair];
  for (const attribute of attributes) {
    const equals = attribute.indexOf('=');
    const name = (equals === -1 ? attribute : attribute.slice(0, equals)).trim().toLowerCase();
    if (name === 'domain') continue;
    if (name !== 'path') {
      kept.push(attribute);
      continue;
    }
    const path = cookiePath(attribute.slice(equals + 1).trim());
    if (path !== undefined) kept.push(` Path=${path}`);
  }
  return kept.join(';');
}
