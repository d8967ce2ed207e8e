import type { CanActivate, ExecutionContext } from '@nestjs/common';
import {
  accessOf,
  BffError,
  contextOf,
  ENFORCES_ACCESS,
  type Principal,
  type RequestContext,
  type TokenSource,
} from '@portico/core';
import type { FastifyRequest } from 'fastify';
import { refuseForeign } from '../csrf/csrf-problem.ts';
import { accessEvents } from '../policy/access-event.ts';
import { type AccessCheck, compileAccess } from '../policy/compile-access.ts';
import { denialError } from '../policy/denial-error.ts';
import type { Door } from './door.ts';
import { passportGuardOf, type VerifiedRequest } from './door-strategy.ts';

/** What a guard does with the requests of a handler. */
type Rule = 'public' | 'undeclared' | AccessCheck;

/** What the guard works with. */
export interface AccessGuardOptions {
  readonly door: Door;
  /** For requests on public routes, where nobody looks at credentials. */
  readonly publicTokens: TokenSource;
  /** Origin of the BFF as browsers see it. */
  readonly publicUrl: string;
  /** See `compileAccess`. */
  readonly clockSkew?: number;
}

/**
 * The one guard of a BFF: who is it, did a page of ours make the call, may they. It decides on the matched handler, never on
 * the path, and synchronously as long as the door knows the credentials. What states no access is for nobody.
 */
export class AccessGuard implements CanActivate {
  readonly [ENFORCES_ACCESS] = true;
  private readonly door: Door;
  private readonly publicTokens: TokenSource;
  private readonly publicUrl: string;
  private readonly clockSkew: number | undefined;
  private readonly passport: CanActivate;
  /** By handler; there are as many as routes. */
  private readonly rules = new WeakMap<object, Rule>();

  constructor({ door, publicTokens, publicUrl, clockSkew }: AccessGuardOptions) {
    this.door = door;
    this.publicTokens = publicTokens;
    this.publicUrl = publicUrl;
    this.clockSkew = clockSkew;
    this.passport = passportGuardOf(door);
  }

  /** @throws BffError with what the client is answered */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.rules.get(context.getHandler()) ?? this.learn(context);
    const request = context.getArgByIndex<FastifyRequest>(0);
    const ctx = contextOf(request.raw);
    if (rule === 'public') {
      ctx.tokens = this.publicTokens;
      return true;
    }
    if (rule === 'undeclared') throw new BffError('forbidden', { detail: 'nobody may call this' });
    const recalled = this.door.recall(request, ctx);
    if (recalled === 'anonymous') throw new BffError('unauthenticated', this.door.challenge());
    // Before anything is asked or changed for a call that another site may have made.
    if (this.door.isAmbient) refuseForeign(request.raw.headers, this.publicUrl);
    if (recalled === 'unknown') return this.verify(context, ctx, rule);
    return this.admit(recalled, ctx, rule);
  }

  private async verify(context: ExecutionContext, ctx: RequestContext, check: AccessCheck): Promise<boolean> {
    await this.passport.canActivate(context);
    return this.admit(context.getArgByIndex<VerifiedRequest>(0).user, ctx, check);
  }

  private admit(principal: Principal, ctx: RequestContext, check: AccessCheck): true {
    ctx.principal = principal;
    const denial = check(principal, ctx);
    if (denial) throw denialError(denial, this.door);
    return true;
  }

  private learn(context: ExecutionContext): Rule {
    const handler = context.getHandler();
    const access = accessOf(handler);
    const rule =
      access === undefined ? 'undeclared' : access === 'public' ? 'public' : compileAccess(access, this.clockSkew);
    this.rules.set(handler, rule);
    if (rule === 'undeclared') {
      const subject = `${context.getClass().name}.${handler.name}`;
      accessEvents.publish({ subject, reason: 'it states no access, so nobody may call it', error: undefined });
    }
    return rule;
  }
}
