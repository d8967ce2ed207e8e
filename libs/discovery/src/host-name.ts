import { isIP } from 'node:net';

/** Underscores are in no host name of RFC 1123, but in names that container networks and SRV records have. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/**
 * Whether a text is a host name and can be taken for nothing else: not for an IPv4 address, as 127.1 and 0x7f000001 are by the
 * system's resolver, and for no name but itself by the URL parser.
 */
export function isHostName(text: string): boolean {
  if (!NAME.test(text) || isIP(text) !== 0) return false;
  const url = `http://${text}`;
  return URL.canParse(url) && new URL(url).hostname === text.toLowerCase();
}
