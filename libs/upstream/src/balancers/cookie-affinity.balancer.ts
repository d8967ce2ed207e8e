import type { RequestContext } from '@portico/core';
import { opaqueId } from '../instances/opaque-id.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';
import { type Balancer, isAvoided } from './balancer.ts';
import { cookieOf } from './cookie-of.ts';

/** Whose clients are kept where they are, and who chooses for those that are nowhere yet. */
export interface CookieAffinityOptions {
  readonly upstream: string;
  /** Name of the cookie. */
  readonly cookie: string;
  readonly inner: Balancer;
}

/**
 * Keeps a client at its instance by a cookie that names it, so that no gateway has to remember. When the instance is no
 * candidate any more the client moves to another one and gets another cookie.
 */
export class CookieAffinityBalancer implements Balancer {
  private byToken = new Map<string, UpstreamInstance>();

  constructor(private readonly options: CookieAffinityOptions) {}

  update(candidates: readonly UpstreamInstance[], all: readonly UpstreamInstance[]): void {
    const { upstream, inner } = this.options;
    this.byToken = new Map(candidates.map((instance) => [opaqueId(upstream, instance), instance]));
    inner.update(candidates, all);
  }

  choose(request: UpstreamRequest, ctx: RequestContext, now: number): UpstreamInstance | undefined {
    const { cookie, inner, upstream } = this.options;
    const pending = pendingCookie(ctx.replyHeaders, cookie);
    const token = pending < 0 ? cookieOf(ctx, cookie) : tokenIn(ctx.replyHeaders[pending]!, cookie);
    const known = token === undefined ? undefined : this.byToken.get(token);
    if (known !== undefined && !isAvoided(request, known)) return known;
    const chosen = inner.choose(request, ctx, now);
    if (chosen !== undefined && chosen !== known) {
      const field = setCookie(cookie, opaqueId(upstream, chosen), ctx);
      if (pending < 0) ctx.replyHeaders.push('set-cookie', field);
      else ctx.replyHeaders[pending] = field;
    }
    return chosen;
  }
}

/** Index of the value that the answer to this request sets the cookie with already, -1 if it does not. */
function pendingCookie(headers: readonly string[], name: string): number {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === 'set-cookie' && headers[i + 1]!.startsWith(`${name}=`)) return i + 1;
  }
  return -1;
}

function tokenIn(field: string, name: string): string {
  return field.slice(name.length + 1, field.indexOf(';'));
}

/** A session cookie: it means nothing once the instances are others. */
function setCookie(name: string, token: string, { client }: RequestContext): string {
  const secure = client.protocol === 'https' ? '; Secure' : '';
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
