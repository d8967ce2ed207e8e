/**
 * Fields that speak to caches in front by another name than `Cache-Control`, and before it: RFC 9213 (`CDN-Cache-Control` and
 * those of vendors), Edge Architecture 1.0, nginx, Akamai.
 */
const TARGETED: ReadonlySet<string> = new Set(['edge-control', 'surrogate-control', 'x-accel-expires']);

/** A directive: a name, then perhaps a quoted string or a token. Each alternative starts with another character: linear time. */
const DIRECTIVE = /[^\s,="]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"?|[^\s,"]*))?/g;
/** Directives that open a response to shared caches, and `private` itself, which may name single fields only. */
const SHARED = /^(?:public|private|s-maxage|proxy-revalidate)(?![^\s=])/i;

const MOST_KEPT = 256;
const LONGEST_KEPT = 1024;
const kept = new Map<string, string>();

/** Whether a field tells shared caches what `Cache-Control: private` cannot take back. `name` in lower case. */
export function isForSharedCaches(name: string): boolean {
  return TARGETED.has(name) || (name.endsWith('cache-control') && name !== 'cache-control');
}

/**
 * The `Cache-Control` of a response that was made for one user: `private`, and of what the upstream said all that a browser's
 * cache may know.
 *
 * @param value several fields joined by commas; undefined when there is none
 */
export function privateCacheControl(value: string | undefined): string {
  if (value === undefined || value === 'private') return 'private';
  if (value === 'no-store') return value;
  const known = kept.get(value);
  if (known !== undefined) return known;
  const directives = value.match(DIRECTIVE) ?? [];
  const result = ['private', ...directives.filter((directive) => !SHARED.test(directive))].join(', ');
  if (kept.size >= MOST_KEPT) kept.clear();
  if (value.length <= LONGEST_KEPT) kept.set(value, result);
  return result;
}

/** Makes a response one for a single user: `headers`, a flat list, is changed in place. */
export function makePrivate(headers: string[]): void {
  let said: string | undefined;
  let end = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (name === 'cache-control') said = said === undefined ? value : `${said}, ${value}`;
    else if (!isForSharedCaches(name)) {
      headers[end++] = name;
      headers[end++] = value;
    }
  }
  headers.length = end;
  headers.push('cache-control', privateCacheControl(said));
}
