import { isInternalHost } from './internal-host.ts';
import type { PathRewriter } from './rewrite.ts';

/** The `Location` a client may see, or undefined when it must not be sent. */
export type LocationRewriter = (value: string) => string | undefined;

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const UNSAFE = /[^!-~\x80-\xff]|\\/;

/** Where upstreams are found at the moment: origins like `http://127.0.0.1:4001`. Discovery changes them. */
export interface KnownOrigins {
  /** Of the route's own upstream. */
  own(): ReadonlySet<string>;
  /** Whether an instance of any upstream of the BFF has this `host:port`, whatever the protocol. */
  hasHost(host: string): boolean;
}

/**
 * Prepares a route's rewriting of `Location`. What points to the upstream itself becomes the public path or is
 * removed; other hosts pass only when they are public ones and no upstream of this BFF; relative references pass.
 *
 * @param rewrite from the upstream's paths to public ones
 */
export function compileLocation(known: KnownOrigins, rewrite: PathRewriter): LocationRewriter {
  return (value) => {
    if (UNSAFE.test(value)) return undefined;
    if (value.startsWith('/') && !value.startsWith('//')) return rewrite(value);
    if (!value.startsWith('//') && !ABSOLUTE.test(value)) return value;
    const own = known.own();
    const url = parseWebUrl(value, baseOf(own));
    if (url === undefined) return undefined;
    if (own.has(url.origin)) return rewrite(url.pathname + url.search + url.hash);
    return isInternalHost(url.hostname) || known.hasHost(url.host) ? undefined : value;
  };
}

/** Its protocol is what a value like `//host/path` is read with; there may be no instance left to tell. */
function baseOf([origin = 'http://upstream.invalid']: Iterable<string>): string {
  return origin;
}

/** An http or https URL without credentials; a value like `//host/path` takes the scheme of `base`. */
function parseWebUrl(value: string, base: string): URL | undefined {
  if (!URL.canParse(value, base)) return undefined;
  const url = new URL(value, base);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.username === '' && url.password === '' ? url : undefined;
}
