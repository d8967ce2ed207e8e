import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { Allow, BffError, contextOf, Timeout } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndsAccess } from '../audit-trail/ends-access.ts';
import type { AuthSettings } from '../auth-settings.ts';
import { CSRF_HEADER, refuseForeign } from '../csrf/csrf-problem.ts';
import { AUTH_SETTINGS, PROVIDER, SESSIONS } from '../injection.ts';
import type { Provider } from '../provider/provider.ts';
import { tellReplaced } from '../provider/replaced-failure.ts';
import type { Session } from '../session/session.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';
import { FORM_METHOD_TIMEOUT, onlyValue, readForm } from './read-form.ts';

/** Where a browser goes on that has logged out. */
const AFTER_LOGOUT = '/';

/** Logout of this browser: the session dies here first, whatever the provider does then. */
@Controller('bff')
export class LogoutController {
  constructor(
    @Inject(PROVIDER) private readonly provider: Provider,
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
    @Inject(AUTH_SETTINGS) private readonly settings: AuthSettings,
  ) {}

  /**
   * By a call of the page (CSRF header) with 200 and where to go on, or by a form with the session's logout token, with 303.
   * Everybody may call it: to log out twice, or after the session has ended, is fine.
   */
  @Post('logout')
  @Allow('public')
  @Timeout(FORM_METHOD_TIMEOUT)
  @EndsAccess()
  async logout(@Req() { raw }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const isCall = raw.headers[CSRF_HEADER] !== undefined;
    refuseForeign(isCall ? raw.headers : { ...raw.headers, [CSRF_HEADER]: '1' }, this.settings.publicUrl);
    const token = isCall ? undefined : onlyValue(await readForm(raw), 'logoutToken');
    const session = await this.sessionOf(raw);
    if (session && !isCall) checkLogoutToken(token, session);
    if (session) await this.end(session, raw);
    const location = session ? await this.endAtProvider(session) : AFTER_LOGOUT;
    reply.header('cache-control', 'no-store').header('set-cookie', this.cookie.clear());
    if (isCall) await reply.status(200).send({ location });
    else await reply.status(303).headers({ location, 'referrer-policy': 'no-referrer' }).send();
  }

  /** A link or an image of another site must not log anybody out. */
  @Get('logout')
  @Allow('public')
  refuseGet(): never {
    throw new BffError('method-not-allowed', { headers: { allow: 'POST' } });
  }

  private async sessionOf({ headers }: FastifyRequest['raw']): Promise<Session | undefined> {
    const secret = this.cookie.read(headers.cookie);
    return secret === undefined ? undefined : this.sessions.find(secret, { slide: false });
  }

  private async end({ principal, handle }: Session, raw: FastifyRequest['raw']): Promise<void> {
    // The guard lets everybody in here and so has not said it.
    contextOf(raw).principal = principal;
    await this.sessions.end(principal.id, handle);
  }

  /** Revokes the refresh token. Returns where the browser logs out at the provider; the own start page when there is no such place. */
  private async endAtProvider(session: Session): Promise<string> {
    await this.provider.revoke(session);
    try {
      return (await this.provider.endSessionUrl(session, AFTER_LOGOUT))?.href ?? AFTER_LOGOUT;
    } catch (error) {
      // The provider is away; the user is logged out here all the same.
      tellReplaced('where to log out at the identity provider (the user goes to the start page)', error);
      return AFTER_LOGOUT;
    }
  }
}

/** @throws BffError `csrf-refused` */
function checkLogoutToken(token: string | undefined, { logoutToken }: Session): void {
  const given = Buffer.from(token ?? '');
  const right = Buffer.from(logoutToken);
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new BffError('csrf-refused', { detail: 'The form lacks the logout token of this session.' });
}
