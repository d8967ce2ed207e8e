import type { LocationRewriter } from './location.ts';

/** A link-value (RFC 8288 3): its target and its parameters, commas within quotes included. */
const LINK = /\s*<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)(?:,|$)/y;

/**
 * A `Link` value with targets that clients may see, rewritten as a `Location` is. Links to what they may not see are left out.
 *
 * @returns undefined when no link is left, or the value is none
 */
export function rewriteLink(
  value: string,
  location: LocationRewriter,
  client: Parameters<LocationRewriter>[1],
): string | undefined {
  const links: string[] = [];
  LINK.lastIndex = 0;
  while (LINK.lastIndex < value.length) {
    const link = LINK.exec(value);
    if (link === null) return undefined;
    const target = location(link[1]!, client);
    if (target !== undefined) links.push(`<${target}>${link[2]!.trimEnd()}`);
  }
  return links.length === 0 ? undefined : links.join(', ');
}
