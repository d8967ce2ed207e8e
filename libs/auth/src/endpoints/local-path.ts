/** The longest path that a login may lead back to, in characters. */
const LONGEST = 512;

/** Control characters, which browsers drop from URLs or read as line ends, and backslashes, which they read as slashes. */
const DANGEROUS = /[\p{Cc}\u2028\u2029\\]/u;

/** Any origin will do: what leaves this one leaves every one. */
const ORIGIN = 'https://own.invalid';

/**
 * Whether a text is a path of the own origin, with its query and fragment, in the eyes of every browser (CWE-601): one leading
 * slash, nothing that is dropped or read as a slash, and no way to a `//` by dot segments. At most 512 characters, as they
 * travel on the wire.
 */
export function isLocalPath(text: string): boolean {
  if (!text.startsWith('/') || text.startsWith('//') || DANGEROUS.test(text)) return false;
  if (!URL.canParse(text, ORIGIN)) return false;
  const { origin, href, pathname } = new URL(text, ORIGIN);
  return origin === ORIGIN && !pathname.startsWith('//') && href.length - ORIGIN.length <= LONGEST;
}

/** A local path as it travels on the wire: ASCII, dot segments resolved. */
export function normalisePath(path: string): string {
  return new URL(path, ORIGIN).href.slice(ORIGIN.length);
}
