import type { IncomingMessage } from 'node:http';
import { BffError } from '@portico/core';
import type { ServerConfig } from './server-config.ts';

/** The methods a BFF serves; others never reach a route. */
export const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Value of `Allow` for methods that no route can have. */
export const ALLOW = [...METHODS].join(', ');

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/;

/** Whether `host` is one `uri-host [":" port]` (RFC 9110 7.2), narrowed to the names and addresses that exist. */
export function isValidHost(host: string): boolean {
  const match = HOST.exec(host);
  return match !== null && (match[1] === undefined || Number(match[1]) <= 65_535);
}

const malformed = (detail: string): BffError => new BffError('request-malformed', { detail });

function countHosts(raw: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

function checkFraming(request: IncomingMessage): BffError | undefined {
  const coding = request.headers['transfer-encoding'];
  const length = request.headers['content-length'];
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return malformed('Content-Length is not a usable number');
  if (coding === undefined) return undefined;
  if (request.httpVersionMinor === 0) return malformed('Transfer-Encoding is not part of HTTP/1.0');
  if (length !== undefined) return malformed('Content-Length and Transfer-Encoding exclude each other');
  if (coding.toLowerCase() !== 'chunked') return malformed('the only transfer coding understood is chunked');
  return undefined;
}

/** Turns an absolute-form target into the path when it names the request's own host. */
function checkTarget(request: IncomingMessage, host: string, config: ServerConfig): BffError | undefined {
  const url = request.url ?? '';
  if (url.length > config.MAX_URL_LENGTH) return new BffError('uri-too-long');
  if (url.includes('#')) return malformed('a request target has no fragment');
  if (url.charCodeAt(0) === 47) return undefined;
  if (url === '*') return request.method === 'OPTIONS' ? undefined : malformed('the target * is for OPTIONS only');
  const match = /^https?:\/\/([^/?]*)(.*)$/i.exec(url);
  if (!match || match[1]!.toLowerCase() !== host.toLowerCase()) {
    return malformed('the request target must be a path, or an http address on the host of the Host field');
  }
  request.url = pathOf(match[2]!, request.method);
  return undefined;
}

/** What follows the authority, as a path; OPTIONS without any asks about the server (RFC 9112 3.2.4). */
function pathOf(rest: string, method: string | undefined): string {
  if (rest === '' && method === 'OPTIONS') return '*';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Looks at what Node's parser lets through (RFC 9112 and 9110; it accepts HTTP/0.9, two Hosts, any Transfer-Encoding
 * that ends in chunked and more). Answers with the reason to refuse, after which the connection must be closed.
 */
export function checkRequest(request: IncomingMessage, config: ServerConfig): BffError | undefined {
  if (request.httpVersionMajor !== 1) {
    return new BffError('http-version-unsupported', { detail: 'this server speaks HTTP/1.1 and HTTP/1.0' });
  }
  const raw = request.rawHeaders;
  if (raw.length > config.MAX_HEADER_COUNT * 2) return new BffError('headers-too-large');
  // `headers` would not tell: of two Hosts it holds the first.
  if (countHosts(raw) !== 1) return malformed('exactly one Host header field is required (RFC 9112, section 3.2)');
  const host = request.headers.host ?? '';
  if (!isValidHost(host)) return malformed('Host must be one name or address with an optional port');
  if (!METHODS.has(request.method ?? '')) return new BffError('method-not-allowed', { headers: { allow: ALLOW } });
  return checkFraming(request) ?? checkTarget(request, host, config);
}
