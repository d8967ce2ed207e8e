import type { RequestContext } from '@portico/core';
import type { HashKey } from '../policies/balance.policy.ts';
import { cookieOf } from './cookie-of.ts';

/** What a call is placed by: prepared once, asked for each call. */
export function compileHashKey(key: HashKey): (ctx: RequestContext) => string {
  const read = readerOf(key);
  return (ctx) => read(ctx) || ctx.client.address;
}

function readerOf(key: HashKey): (ctx: RequestContext) => string | undefined {
  if (key === 'address') return (ctx) => ctx.client.address;
  if (key === 'principal') return principalOf;
  if ('header' in key) {
    const name = key.header.toLowerCase();
    return (ctx) => textOf(ctx.headers[name]);
  }
  if ('cookie' in key) return (ctx) => cookieOf(ctx, key.cookie);
  return (ctx) => ctx.parameters[key.parameter];
}

/** Who a client is, as far as the gateway knows: the user that a door found, else what the client would prove itself with. */
function principalOf({ principal, headers }: RequestContext): string | undefined {
  return principal?.id ?? textOf(headers['authorization']) ?? textOf(headers['cookie']);
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}
