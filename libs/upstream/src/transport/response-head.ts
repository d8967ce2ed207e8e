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
 * @param isHttp10 whether the answer came with HTTP/1.0, which knows no transfer coding
 * @returns the head, or what is wrong with it
 */
export function readHead(status: number, raw: readonly Buffer[], isHttp10: boolean): ResponseHead | string {
  if (!isFinal(status)) return `status ${status} is not one of HTTP's`;
  const headers: string[] = [];
  let contentLength: number | undefined;
  let connection = '';
  let coding = '';
  for (let i = 0; i < raw.length; i += 2) {
    const name = util.headerNameToString(raw[i]!);
    const value = raw[i + 1]!.toString('latin1');
    if (name === 'content-length') {
      if (contentLength !== undefined) return 'Content-Length is there twice';
      contentLength = Number(value);
    }
    if (name === 'connection') connection += `,${value}`;
    if (name === 'transfer-encoding') coding += `,${value}`;
    if (!HOP_BY_HOP.has(name)) headers.push(name, value);
  }
  if (coding !== '' && !isChunked(coding, isHttp10))
    return `Transfer-Encoding is not "chunked" but "${coding.slice(1)}"`;
  return { status, headers: withoutListed(headers, connection), contentLength };
}

function isFinal(status: number): boolean {
  return status >= 200 && status <= 599;
}

/**
 * With any other coding than the one that is undone here (RFC 9112 7.1) the parser hands out the bytes as they came; it takes
 * white space behind the word for another coding.
 */
function isChunked(coding: string, isHttp10: boolean): boolean {
  return !isHttp10 && coding.toLowerCase() === ',chunked';
}

/** Drops the fields that the Connection header names; framing and routing fields cannot be named away. */
function withoutListed(headers: string[], connection: string): string[] {
  if (connection === '') return headers;
  const value = connection.toLowerCase();
  if (value === ',keep-alive' || value === ',close') return headers;
  const listed = new Set(value.split(',').map((name) => name.trim()));
  listed.delete('content-length');
  return headers.filter((_, i) => !listed.has(headers[i & ~1]!));
}
