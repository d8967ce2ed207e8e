import type { Client } from '@portico/core';
import { isInternalHost } from './internal-host.ts';
import type { PathRewriter } from './rewrite.ts';

/**
 * The `Location` a client may see, or undefined when it must not be sent.
 *
 * @param client whose host the upstream was told in `X-Forwarded-Host`
 */
export type LocationRewriter = (value: string, client: Pick<Client, 'host'>) => string | undefined;

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const UNSAFE = /[^!-~\x80-\xff]|\\/;

/** Where upstreams are found at the moment: origins like `http://127.0.0.1:4001`. Discovery changes them. */
export interface KnownOrigins {
  /** Of the route's own upstream. */
  own(): ReadonlySet<string>;
  /** Whether an instance of any upstream of the BFF is at this place (`placeOf`), whatever the protocol. */
  hasPlace(place: string): boolean;
}

/**
 * Prepares a route's rewriting of `Location`. What points to the upstream itself, or to the host that the client asked and the
 * upstream was told of, becomes the public path or is removed; other hosts pass only when they are public ones and no
 * upstream of this BFF; relative references pass.
 *
 * @param rewrite from the upstream's paths to public ones
 */
export function compileLocation(known: KnownOrigins, rewrite: PathRewriter): LocationRewriter {
  return (value, client) => {
    if (UNSAFE.test(value)) return undefined;
    if (value.startsWith('/') && !value.startsWith('//')) return rewrite(value);
    if (!value.startsWith('//') && !ABSOLUTE.test(value)) return value;
    return rewriteAbsolute(value, client);
  };

  function rewriteAbsolute(value: string, { host }: Pick<Client, 'host'>): string | undefined {
    const own = known.own();
    const url = parseWebUrl(value, baseOf(own));
    if (url === undefined) return undefined;
    const place = placeOf(url);
    if (own.has(url.origin) || place === placeOfHost(host)) return rewrite(url.pathname + url.search + url.hash);
    return isInternalHost(url.hostname) || known.hasPlace(place) ? undefined : value;
  }
}

/**
 * Host and port of a web address, the same for both protocols: an upstream that is told of a host may know nothing of the
 * protocol in front, so the default ports of both count as none.
 */
export function placeOf({ hostname, port }: URL): string {
  return port === '' || port === '80' || port === '443' ? hostname : `${hostname}:${port}`;
}

/** @param host as a client writes it; undefined when it is none */
function placeOfHost(host: string): string | undefined {
  const url = parseWebUrl(`http://${host}`, 'http://upstream.invalid');
  return url && placeOf(url);
}

/** Its protocol is what a value like `//host/path` is read with; there may be no instance left to tell. */
function baseOf([origin = 'http://upstream.invalid']: Iterable<string>): string {
  return origin;
}

/** An http or https URL without credentials and without the root's dot; a value like `//host/path` takes the scheme of `base`. */
function parseWebUrl(value: string, base: string): URL | undefined {
  // URL parsers skip further slashes in front of a host.
  if (value.includes(':///') || value.startsWith('///') || !URL.canParse(value, base)) return undefined;
  const url = new URL(value, base);
  url.hostname = url.hostname.replace(/\.+$/, '');
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' ? url : undefined;
}
