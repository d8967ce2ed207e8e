import { util } from 'undici';

/** The head of an answer after hygiene. */
export interface ResponseHead {
  readonly status: number;
  /** Flat list, names in lower case, without the fields that concern only this connection. */
  readonly headers: string[];
  /** Value of Content-Length, when there is one. */
  readonly contentLength: number | undefined;
}

/** Fields that concern one connection only (RFC 9110 7.6.1, with the ones older software leaks). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * Reads an answer's head: hop-by-hop fields and those that `Connection` lists are dropped, everything else stays in
 * order. The parser has refused bad framing and control characters already; what it lets pass is refused here.
 *
 * @returns the head, or what is wrong with it
 */
export function readHead(status: number, raw: readonly Buffer[]): ResponseHead | string {
  if (status < 200 || status > 599) return `status ${status} is not one of HTTP's`;
  const headers: string[] = [];
  let contentLength: number | undefined;
  let connection = '';
  for (let i = 0; i < raw.length; i += 2) {
    const name = util.headerNameToString(raw[i]!);
    const value = raw[i + 1]!.toString('latin1');
    if (name === 'content-length') {
      if (contentLength !== undefined) return 'Content-Length is there twice';
      contentLength = Number(value);
    }
    if (name === 'connection') connection += `,${value}`;
    if (!HOP_BY_HOP.has(name)) headers.push(name, value);
  }
  return { status, headers: connection === '' ? headers : withoutListed(headers, connection), contentLength };
}

/** Drops the fields that the Connection header names; framing and routing fields cannot be named away. */
function withoutListed(headers: string[], connection: string): string[] {
  const value = connection.toLowerCase();
  if (value === ',keep-alive' || value === ',close') return headers;
  const listed = new Set(value.split(',').map((name) => name.trim()));
  listed.delete('content-length');
  return headers.filter((_, i) => !listed.has(headers[i & ~1]!));
}
