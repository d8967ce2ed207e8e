import { Controller, Get, Header, Inject, Query, Req, Res } from '@nestjs/common';
import { Allow, BffError, contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoginFromAbroad } from '../csrf/login-origin.ts';
import { PROVIDER, SESSIONS } from '../injection.ts';
import type { CompletedLogin, Provider } from '../provider/provider.ts';
import { needsUser } from '../provider/provider-error.ts';
import { tellReplaced } from '../provider/replaced-failure.ts';
import type { Device } from '../session/session.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';
import { LANDING_HEADERS, landingPage } from './landing-page.ts';
import { LOGIN_LIFE, LoginCookies, type PendingLogin } from './login-cookies.ts';
import { readLoginQuery } from './login-query.ts';

const STATE = /^[\w-]{8,128}$/;
const UNKNOWN_LOGIN = 'This login was not begun in this browser, or it is over. Please log in again.';

/** Of a callback only the query counts: `Host` and the rest are the client's word, the redirect URI is the configured one. */
const ANY_ORIGIN = 'https://own.invalid';

type LoginOfBrowser = PendingLogin & { readonly state: string };

/** Login through the provider: out with a redirect, and back with a code. */
@Controller('bff')
export class LoginController {
  constructor(
    @Inject(PROVIDER) private readonly provider: Provider,
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
    @Inject(LoginCookies) private readonly logins: LoginCookies,
  ) {}

  /**
   * Sends the browser to the provider. A session that it has goes on until the login is done, and ends then. Its cookie does
   * not come along when a page of another site led here: then a page of the own site comes here again, with it. What other sites
   * ask for without leading here, images and frames and scripts, begins nothing.
   */
  @Get('login')
  @Allow('public')
  @Header('cache-control', 'no-store')
  async login(
    @Req() { raw }: FastifyRequest,
    @Query() query: Readonly<Record<string, unknown>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const isFromAbroad = isLoginFromAbroad(raw.headers);
    const wishes = readLoginQuery(query);
    if (isFromAbroad) {
      reply.headers(LANDING_HEADERS);
      return landingPage(raw.url ?? '');
    }
    const header = raw.headers.cookie;
    const previous = this.cookie.read(header);
    const { url, attempt } = await this.provider.beginLogin(wishes);
    const login = { attempt, isSilent: wishes.prompt === 'none', previous };
    reply
      .header('set-cookie', this.logins.keep(header, login, browserOf(raw)))
      .header('location', url.href)
      .status(302);
    return undefined;
  }

  /** Where the provider sends the browser back to: a session begins, and a page goes on to where the user wanted to be. */
  @Get('callback')
  @Allow('public')
  @Header('cache-control', 'no-store')
  async callback(
    @Req() { raw }: FastifyRequest,
    @Query('state') state: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const header = raw.headers.cookie;
    const login = typeof state === 'string' && STATE.test(state) ? this.logins.find(header, state) : undefined;
    if (!login) {
      throw new BffError('login-failed', { detail: UNKNOWN_LOGIN, cause: new Error('state: no cookie of this login') });
    }
    const { attempt, cleared } = login;
    if (!(await this.sessions.useOnce('login', attempt.state, LOGIN_LIFE))) {
      const cause = new Error('state: it was used before');
      throw new BffError('login-failed', { detail: UNKNOWN_LOGIN, cause, headers: { 'set-cookie': cleared } });
    }
    const completed = await this.complete(raw.url ?? '', login);
    const cookies = completed ? await this.begin(raw, completed, { ...login, state: attempt.state }) : [];
    reply.header('set-cookie', [...cookies, cleared]).headers(LANDING_HEADERS);
    return landingPage(attempt.returnTo);
  }

  /** The login; undefined when nobody may be asked and nobody is logged in. */
  private async complete(
    target: string,
    { attempt, isSilent, cleared }: PendingLogin & { readonly cleared: string },
  ): Promise<CompletedLogin | undefined> {
    try {
      return await this.provider.completeLogin(new URL(target, ANY_ORIGIN), attempt);
    } catch (error) {
      if (!(error instanceof BffError)) throw error;
      if (isSilent && error.code === 'login-failed') {
        // That the user is needed is what was asked.
        if (!needsUser(error))
          tellReplaced('a login without asking the user (it goes on without a session)', error.cause);
        return undefined;
      }
      const { code, detail, cause } = error;
      throw new BffError(code, { ...(detail !== undefined && { detail }), cause, headers: { 'set-cookie': cleared } });
    }
  }

  /**
   * Begins the session in place of the one that the browser had. Its cookie does not come along from the provider's site, so
   * the login has kept its secret; the other tabs' logins learn of the new one.
   */
  private async begin(
    raw: FastifyRequest['raw'],
    completed: CompletedLogin,
    { state, previous }: LoginOfBrowser,
  ): Promise<string[]> {
    const header = raw.headers.cookie;
    const device = deviceOf(raw);
    const { secret } = await this.sessions.begin({ ...completed, device }, this.cookie.read(header) ?? previous);
    return [this.cookie.set(secret), ...this.logins.succeed(header, state, secret)];
  }
}

/** Tells browsers apart, as far as it goes. */
function browserOf(raw: FastifyRequest['raw']): string {
  const { address, userAgent } = deviceOf(raw);
  return `${address} ${userAgent}`;
}

function deviceOf(raw: FastifyRequest['raw']): Device {
  const userAgent = (raw.headers['user-agent'] ?? '').slice(0, 200);
  return { userAgent, address: contextOf(raw).client.address };
}
