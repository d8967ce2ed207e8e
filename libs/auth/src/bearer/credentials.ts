import type { IncomingMessage } from 'node:http';
import type { TokenScheme } from './challenges.ts';
import { TokenRefused } from './token-refused.ts';

/** What the bearer door looks at of a request, as Node got it: never its query, never its body. */
export type TokenRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>;

/** A token that a request shows; nothing of it is checked but its form. */
export interface TokenCredentials {
  readonly scheme: TokenScheme;
  readonly token: string;
}

/** Longest token that is looked at, in characters; those with 300 roles have some 6000. */
export const MAX_TOKEN_LENGTH = 8192;

const CREDENTIALS = /^(bearer|dpop)(?: +(.*))?$/is;
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The values of a header field, each line by itself: Node's `headers` has the first of several `Authorization` only.
 *
 * @param name in lower case
 */
export function fieldValues({ rawHeaders }: Pick<TokenRequest, 'rawHeaders'>, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] as string;
    // Most names differ in length, which is cheaper to see than their case.
    if (field.length === name.length && field.toLowerCase() === name) values.push(rawHeaders[index + 1] as string);
  }
  return values;
}

/**
 * The token in the value of `Authorization` (RFC 6750 2.1, RFC 9449 7.1); undefined when it is of a scheme that has none.
 *
 * @throws TokenRefused when it is not a token68, or too long
 */
export function parseAuthorization(value: string): TokenCredentials | undefined {
  const longest = MAX_TOKEN_LENGTH + 'bearer '.length;
  const [, scheme, token = ''] = CREDENTIALS.exec(value) ?? [];
  if (scheme === undefined) return undefined;
  if (value.length > longest) throw new TokenRefused('the token is too long');
  if (!B64_TOKEN.test(token)) throw new TokenRefused('the field Authorization has no token in the right form');
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}
