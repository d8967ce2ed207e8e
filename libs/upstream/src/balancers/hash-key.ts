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
  // Who a client is, as far as the gateway knows: what it proves itself with.
  if (key === 'principal') return (ctx) => textOf(ctx.headers['authorization']) ?? textOf(ctx.headers['cookie']);
  if ('header' in key) {
    const name = key.header.toLowerCase();
    return (ctx) => textOf(ctx.headers[name]);
  }
  if ('cookie' in key) return (ctx) => cookieOf(ctx, key.cookie);
  return (ctx) => ctx.parameters[key.parameter];
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}
