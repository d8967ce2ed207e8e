import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { Allow, BffError, contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthSettings } from '../auth-settings.ts';
import { refuseForeign } from '../csrf/csrf-problem.ts';
import { SESSION_CHALLENGE } from '../guard/session.door.ts';
import { AUTH_SETTINGS, PROVIDER, SESSIONS } from '../injection.ts';
import { textOf } from '../provider/claims.ts';
import type { Provider } from '../provider/provider.ts';
import { tellReplaced } from '../provider/replaced-failure.ts';
import type { Session } from '../session/session.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';

/** What a page may know of its user and of the session; no token, no other claim. */
export interface UserAnswer {
  readonly sub: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly roles: readonly string[];
  readonly session: {
    /** Names it in the list of sessions. */
    readonly handle: string;
    /** Seconds until it ends in any case, and until it ends unless it is used. */
    readonly expiresIn: number;
    readonly idleExpiresIn: number;
  };
  /** Field of the form that logs out. */
  readonly logoutToken: string;
}

/** Who is logged in, for the page. */
@Controller('bff')
export class UserController {
  constructor(
    @Inject(PROVIDER) private readonly provider: Provider,
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
    @Inject(AUTH_SETTINGS) private readonly settings: AuthSettings,
  ) {}

  /**
   * The user, or 401; with `anonymous=true` `null` instead, which is why the guard lets everybody in here. Who has a session is
   * told for calls of the own pages only, as everywhere behind the cookie door. It counts as use unless `slide=false`.
   */
  @Get('user')
  @Allow('public')
  async user(
    @Req() { raw }: FastifyRequest,
    @Query('slide') slide: unknown,
    @Query('anonymous') anonymous: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessionOf(raw, slide !== 'false');
    if (!session && anonymous !== 'true') throw new BffError('unauthenticated', SESSION_CHALLENGE);
    const answer = session ? userAnswer(session, contextOf(raw).clock.epoch()) : null;
    // Nest answers null with nothing at all.
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify(answer));
  }

  /** The session of the cookie; when it is used, with the user as the provider describes them now. */
  private async sessionOf({ headers }: FastifyRequest['raw'], slides: boolean): Promise<Session | undefined> {
    const secret = this.cookie.read(headers.cookie);
    if (secret === undefined) return undefined;
    if (headers.authorization !== undefined) throw new BffError('credentials-ambiguous');
    refuseForeign(headers, this.settings.publicUrl);
    const session = await this.sessions.find(secret, { slide: slides });
    if (!session || !slides) return session;
    try {
      return await this.sessions.withFreshToken(session, (stale) => this.provider.refresh(stale));
    } catch (error) {
      if (error instanceof BffError && error.code === 'session-ended') {
        tellReplaced('a session that has ended (nobody is logged in)', error.cause ?? error);
        return undefined;
      }
      throw error;
    }
  }
}

function userAnswer({ principal, handle, expiresAt, idleExpiresAt, logoutToken }: Session, now: number): UserAnswer {
  const { claims, subject, roles } = principal;
  return {
    sub: subject,
    name: textOf(claims.name) ?? textOf(claims.preferred_username),
    email: textOf(claims.email),
    roles: [...roles],
    session: { handle, expiresIn: secondsUntil(expiresAt, now), idleExpiresIn: secondsUntil(idleExpiresAt, now) },
    logoutToken,
  };
}

function secondsUntil(end: number, now: number): number {
  return Math.max(0, Math.floor((end - now) / 1000));
}
