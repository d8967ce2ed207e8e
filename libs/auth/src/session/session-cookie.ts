import { BffError } from '@portico/core';
import { beginsCookie, formatHostCookie } from './cookies.ts';
import { isSessionSecret } from './session-secret.ts';

/** The one cookie that a browser holds of a session: its secret, and nothing else, whatever the roles and tokens. */
export class SessionCookie {
  /** `__Host-<name of the BFF>`: cookies do not keep ports apart, so each BFF has its own. */
  readonly name: string;
  private readonly start: string;
  private readonly cleared: string;

  /**
   * @param bff name of the BFF: lower-case letters, digits and `-`
   * @throws TypeError for another name
   */
  constructor(bff: string) {
    if (!/^[a-z][a-z0-9-]*$/.test(bff))
      throw new TypeError(`"${bff}" is not a name of a BFF: lower-case letters, digits and -`);
    this.name = `__Host-${bff}`;
    this.start = `${this.name}=`;
    this.cleared = formatHostCookie(this.name, '', { sameSite: 'Strict', maxAge: 0 });
  }

  /**
   * The secret in a `Cookie` header; undefined when there is none or it cannot be one.
   *
   * @throws BffError `credentials-ambiguous` when the cookie is there twice: somebody has set one for the parent domain
   */
  read(header: string | undefined): string | undefined {
    if (header === undefined) return undefined;
    const at = this.indexIn(header, 0);
    if (at === -1) return undefined;
    const start = at + this.start.length;
    if (this.indexIn(header, start) !== -1) {
      throw new BffError('credentials-ambiguous', { detail: `the cookie ${this.name} was sent more than once` });
    }
    const semicolon = header.indexOf(';', start);
    const value = header.slice(start, semicolon === -1 ? header.length : semicolon);
    return isSessionSecret(value) ? value : undefined;
  }

  /** `set-cookie` for a session that begins. The browser keeps it until it is closed; the server knows the session's life. */
  set(secret: string): string {
    return formatHostCookie(this.name, secret, { sameSite: 'Strict' });
  }

  /** `set-cookie` that takes the cookie away. */
  clear(): string {
    return this.cleared;
  }

  /** Where the cookie begins at or after `from`; -1 when it does not. */
  private indexIn(header: string, from: number): number {
    for (let at = header.indexOf(this.start, from); at !== -1; at = header.indexOf(this.start, at + 1)) {
      if (beginsCookie(header, at)) return at;
    }
    return -1;
  }
}
