import { BffError, type Principal, type RequestContext } from '@portico/core';
import type { FastifyRequest } from 'fastify';
import type { TokenError } from '../bearer/challenges.ts';
import type { Provider } from '../provider/provider.ts';
import type { Session } from '../session/session.ts';
import type { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';
import type { UpstreamTokens } from '../tokens/upstream-tokens.ts';
import type { Door, Recalled } from './door.ts';

/** Where a browser begins to log in. */
export const LOGIN_PATH = '/bff/login';

/**
 * What a 401 of the cookie door says: where to log in, and, since a 401 must have a challenge (RFC 9110 15.5.2), that it is about a
 * cookie. No scheme of that name is registered; browsers ask nobody for a password because of one that they do not know.
 */
export const SESSION_CHALLENGE = Object.freeze({
  login: LOGIN_PATH,
  headers: Object.freeze({ 'www-authenticate': 'Cookie realm="session"' }),
});

/** What the cookie door works with. */
export interface SessionDoorOptions {
  readonly cookie: Pick<SessionCookie, 'name' | 'read'>;
  readonly sessions: Pick<Sessions, 'recall' | 'find' | 'withFreshToken' | 'end'>;
  readonly provider: Pick<Provider, 'refresh'>;
  readonly tokens: Pick<UpstreamTokens, 'ofSession'>;
}

/**
 * The door for browsers: a cookie that names a session. What the session says of its user counts only as long as its access
 * token is good; after that the provider is asked, so that a lowered role or a disabled user takes effect within that time.
 */
export class SessionDoor implements Door {
  readonly strategy = 'session';
  readonly isAmbient = true;

  constructor(private readonly options: SessionDoorOptions) {}

  recall({ raw: { headers } }: FastifyRequest, ctx: RequestContext): Recalled {
    const { cookie, sessions } = this.options;
    const secret = cookie.read(headers.cookie);
    if (secret === undefined) return 'anonymous';
    if (headers.authorization !== undefined) {
      const detail = `send the cookie ${cookie.name} or the field Authorization, not both`;
      throw new BffError('credentials-ambiguous', { detail });
    }
    const session = sessions.recall(secret);
    return session && isGood(session, ctx) ? this.letIn(session, ctx) : 'unknown';
  }

  async verify({ raw: { headers } }: FastifyRequest, ctx: RequestContext): Promise<Principal> {
    const { cookie, sessions } = this.options;
    const secret = cookie.read(headers.cookie);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    if (!session) throw this.ended();
    return this.letIn(isGood(session, ctx) ? session : await this.renew(session), ctx);
  }

  challenge({ acr, maxAge, scope }: Partial<TokenError> = {}): ReturnType<Door['challenge']> {
    // Another login would bring the same scopes.
    if (scope !== undefined) return {};
    const wanted = new URLSearchParams({
      ...(acr && { acr_values: acr.join(' ') }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    });
    return wanted.size === 0 ? SESSION_CHALLENGE : { ...SESSION_CHALLENGE, login: `${LOGIN_PATH}?${wanted}` };
  }

  private letIn(session: Session, ctx: RequestContext): Principal {
    ctx.tokens = this.options.tokens.ofSession(session);
    return session.principal;
  }

  private async renew(session: Session): Promise<Session> {
    const { sessions, provider } = this.options;
    if (session.tokens.refreshToken === undefined) {
      await sessions.end(session.principal.id, session.handle);
      throw this.ended();
    }
    try {
      return await sessions.withFreshToken(session, (stale) => provider.refresh(stale));
    } catch (error) {
      throw error instanceof BffError && error.code === 'session-ended' ? this.ended(error) : error;
    }
  }

  private ended(cause?: BffError): BffError {
    return new BffError('session-ended', { ...this.challenge(), ...(cause && { cause }) });
  }
}

/** Whether what is known of the user still counts. */
function isGood({ tokens }: Session, ctx: RequestContext): boolean {
  return tokens.accessTokenExpiresAt > ctx.clock.epoch();
}
