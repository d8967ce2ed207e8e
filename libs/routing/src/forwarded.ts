import type { RequestContext } from '@portico/core';

/**
 * Adds what the gateway knows of the client, from trusted data only: `Forwarded` (RFC 7239), the older
 * `X-Forwarded-*`, and the request id. An upstream makes the addresses of its answers of them.
 *
 * @param headers flat list that is appended to
 * @param prefix see `forwardedPrefixOf`
 */
export function addForwarded(headers: string[], ctx: RequestContext, prefix?: string): void {
  const { address, protocol, host } = ctx.client;
  const node = address.includes(':') ? `"[${address}]"` : address;
  headers.push(
    'forwarded',
    `for=${node};host="${host}";proto=${protocol}`,
    'x-forwarded-for',
    address,
    'x-forwarded-host',
    host,
    'x-forwarded-proto',
    protocol,
    'x-request-id',
    ctx.requestId,
  );
  if (prefix !== undefined) headers.push('x-forwarded-prefix', prefix);
}
