import { Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Allow, BffError, contextOf, Timeout } from '@portico/core';
import type { FastifyRequest } from 'fastify';
import { EndsAccess } from '../audit-trail/ends-access.ts';
import { PROVIDER, SESSIONS } from '../injection.ts';
import type { LogoutNotice, Provider } from '../provider/provider.ts';
import type { Sessions } from '../session/sessions.ts';
import { FORM_METHOD_TIMEOUT, onlyValue, readForm } from './read-form.ts';

/** OpenID Connect Back-Channel Logout 1.0: the provider itself tells of a logout. */
@Controller('bff')
export class BackchannelLogoutController {
  constructor(
    @Inject(PROVIDER) private readonly provider: Provider,
    @Inject(SESSIONS) private readonly sessions: Sessions,
  ) {}

  /** 200 when the sessions are gone, were there any or not; 400 for a token that is not right or was used before. */
  @Post('backchannel-logout')
  @Allow('public')
  @Timeout(FORM_METHOD_TIMEOUT)
  @EndsAccess({ provesCaller: true })
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async logout(@Req() { raw }: FastifyRequest): Promise<void> {
    const token = onlyValue(await readForm(raw), 'logout_token');
    if (token === undefined) throw refused('The form lacks the field logout_token.');
    const notice = await this.check(token);
    const { issuer, subject, sid, jti, expiresAt } = notice;
    const life = Math.max(1, expiresAt - contextOf(raw).clock.epoch());
    const isNew = await this.sessions.useOnce('logout', `${issuer} ${jti}`, life);
    if (!isNew) throw refused('The logout token was used before.');
    if (sid !== undefined) await this.sessions.endProviderSession(issuer, sid);
    else await this.sessions.endAll(`${issuer} ${subject}`);
  }

  private async check(token: string): Promise<LogoutNotice> {
    try {
      return await this.provider.checkLogoutToken(token);
    } catch (error) {
      // Back-Channel Logout 2.8: 400, where an access token would get 401.
      if (error instanceof BffError && error.code === 'token-invalid') {
        throw refused('The logout token is not valid.', error);
      }
      throw error;
    }
  }
}

function refused(detail: string, cause?: BffError): BffError {
  return new BffError('input-invalid', { detail, ...(cause && { cause }) });
}
