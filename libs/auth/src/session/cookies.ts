/** A cookie as a browser sent it. */
export interface ReceivedCookie {
  readonly name: string;
  readonly value: string;
}

/**
 * The cookies of a `Cookie` header (RFC 6265 4.2.1) whose names begin with `prefix`, in their order, doubled ones included.
 * Nothing is decoded and no quotes are taken off.
 */
export function readCookies(header: string | undefined, prefix: string): readonly ReceivedCookie[] {
  if (!header) return [];
  const found: ReceivedCookie[] = [];
  // Goes from one occurrence of the prefix to the next, not from cookie to cookie: most of a long header is others'.
  for (let at = header.indexOf(prefix); at !== -1; at = header.indexOf(prefix, at + 1)) {
    if (!beginsCookie(header, at)) continue;
    const semicolon = header.indexOf(';', at);
    const cookie = header.slice(at, semicolon === -1 ? header.length : semicolon);
    const equals = cookie.indexOf('=');
    if (equals !== -1) found.push({ name: cookie.slice(0, equals), value: cookie.slice(equals + 1) });
  }
  return found;
}

/** Whether a cookie begins at a position: only blanks stand between it and the `;` before. */
export function beginsCookie(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header[before] === ' ' || header[before] === '\t')) before--;
  return before < 0 || header[before] === ';';
}

/** How a `__Host-` cookie is set. */
export interface CookieAttributes {
  readonly sameSite: 'Strict' | 'Lax';
  /** Seconds; 0 takes the cookie away. Undefined: until the browser is closed. */
  readonly maxAge?: number;
}

/**
 * Value of a `set-cookie` field: for this host only, over TLS only, out of reach of scripts.
 *
 * @throws TypeError when the name has no prefix `__Host-`, or name or value hold what would break out of the field
 */
export function formatHostCookie(name: string, value: string, { sameSite, maxAge }: CookieAttributes): string {
  if (!/^__Host-[\w-]+$/.test(name)) throw new TypeError(`"${name}" is not a name for a __Host- cookie`);
  if (!/^[\w.~-]*$/.test(value)) throw new TypeError(`the value of cookie ${name} has characters that need encoding`);
  const life = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${life}`;
}
