import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { contextOf, type Principal } from '@portico/core';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Door } from './door.ts';

/** What a strategy is told about one request. */
interface Verification {
  readonly verify: () => Promise<Principal>;
}

/**
 * A strategy that only verifies. It keeps nothing: Passport has one registry for the whole process, and another BFF of the
 * same process must not answer for this one, so the door comes with the request.
 */
class DoorStrategy extends passport.Strategy {
  override authenticate(_request: unknown, verification: Verification): void {
    this.validate(verification).then(
      (principal) => this.success(principal),
      (error: unknown) => this.error(error),
    );
  }

  validate({ verify }: Verification): Promise<Principal> {
    return verify();
  }
}

/** Passport's `session`: the session that a cookie names. */
@Injectable()
export class SessionStrategy extends PassportStrategy(DoorStrategy, 'session') {}

/** Passport's `bearer`: an access token (RFC 6750). */
@Injectable()
export class BearerStrategy extends PassportStrategy(DoorStrategy, 'bearer') {}

/** The request once Passport has let it pass. */
export interface VerifiedRequest extends FastifyRequest {
  readonly user: Principal;
}

/** Passport's guard for the strategy of a door; what the door rejects with is thrown as it is. */
export function passportGuardOf(door: Door): CanActivate {
  class DoorGuard extends AuthGuard(door.strategy) {
    override getAuthenticateOptions(context: ExecutionContext) {
      const request = context.getArgByIndex<FastifyRequest>(0);
      const verify = (): Promise<Principal> => door.verify(request, contextOf(request.raw));
      return { session: false, verify } satisfies Verification & { session: false };
    }
  }
  return new DoorGuard();
}
