import { BffError, systemClock, type TokenSource, type UpstreamToken } from '@portico/core';
import { SESSION_CHALLENGE } from '../guard/session.door.ts';
import type { Provider } from '../provider/provider.ts';
import { tellReplaced } from '../provider/replaced-failure.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { CachedToken, type TokenMeans } from './cached-token.ts';
import { ExchangedTokens, type ExchangeTarget, type UserToken } from './exchanged-tokens.ts';

/** Milliseconds that a session's access token must still be good for when it is sent; below, it is refreshed first. */
export const USER_TOKEN_MARGIN = 3_000;

/** What tokens for upstreams are made with. */
export interface UpstreamTokensOptions extends Partial<TokenMeans> {
  readonly provider: Pick<Provider, 'clientToken' | 'exchangeToken' | 'refresh'>;
  /** Of the BFF's sessions; undefined for one that has none. */
  readonly sessions?: Pick<Sessions, 'withFreshToken'> | undefined;
}

/** The access token of a request, after the bearer door has checked it. */
export interface BearerCredential extends UserToken {
  /** It is bound to the client's key (DPoP, RFC 9449): nobody else can use it. Default false. */
  readonly isBound?: boolean;
}

type Wanted = Exclude<UpstreamToken, 'none'>;
type ClientTarget = Parameters<Provider['clientToken']>[0];

/**
 * Where upstreams' tokens come from, once for a BFF; whoever lets a request in gives its context (`ctx.tokens`) the source that
 * fits its credentials. Tokens stand in no error and no log line. Without timers: all that is renewed is renewed by a request.
 */
export class UpstreamTokens {
  /** For requests that nobody vouches for, as on public routes: the BFF's own tokens only. */
  readonly ofNobody: TokenSource;
  private readonly shared: Shared;

  constructor({ provider, sessions, clock = systemClock, random = Math.random }: UpstreamTokensOptions) {
    const means = { clock, random };
    const clients = new ClientTokens(provider, means);
    this.shared = { provider, sessions, means, clients, exchanged: new ExchangedTokens(provider, means) };
    this.ofNobody = new NobodysTokens(this.shared);
  }

  /** For a request with a session: its access token, refreshed when it is about to expire. */
  ofSession(session: Session): TokenSource {
    return new SessionTokenSource(this.shared, session);
  }

  /** For a request with a bearer token: the token as it came. */
  ofBearer(credential: BearerCredential): TokenSource {
    return new BearerTokenSource(this.shared, credential);
  }
}

interface Shared {
  readonly provider: UpstreamTokensOptions['provider'];
  readonly sessions: UpstreamTokensOptions['sessions'];
  readonly means: TokenMeans;
  readonly clients: ClientTokens;
  readonly exchanged: ExchangedTokens;
}

/** The BFF's own tokens (RFC 6749 4.4), one for each scope and audience that its upstreams name: as many as its configuration has. */
class ClientTokens {
  private readonly tokens = new Map<string, CachedToken>();

  constructor(
    private readonly provider: Pick<Provider, 'clientToken'>,
    private readonly means: TokenMeans,
  ) {}

  take(target: ClientTarget): string | Promise<string> {
    return this.tokenOf(target).take(() => this.provider.clientToken(target));
  }

  refused(target: ClientTarget, authorization: string): void {
    this.tokenOf(target).refused(authorization);
  }

  private tokenOf({ scope = '', audience = '' }: ClientTarget): CachedToken {
    const key = `${audience}\n${scope}`;
    let token = this.tokens.get(key);
    if (token === undefined) this.tokens.set(key, (token = new CachedToken(this.means)));
    return token;
  }
}

/** What all sources have in common; they differ in whose the user's token is. */
abstract class RequestTokenSource implements TokenSource {
  constructor(protected readonly shared: Shared) {}

  tokenFor(token: Wanted): string | Promise<string> {
    if (token === 'user') return this.authorization();
    if ('client' in token) return this.shared.clients.take(token.client);
    return this.exchanged(token.exchange);
  }

  refused(token: Wanted, authorization: string): void {
    if (token === 'user') return;
    if ('client' in token) return this.shared.clients.refused(token.client, authorization);
    this.shared.exchanged.refused(this.heldToken(), token.exchange, authorization);
  }

  /** The value of `Authorization` with the user's own token. */
  protected authorization(): string | Promise<string> {
    const user = this.userToken();
    return user instanceof Promise ? user.then(bearer) : bearer(user);
  }

  /** The user's token as it is, however old; nobody is asked. @throws BffError `unauthenticated` */
  protected abstract heldToken(): UserToken;

  /** The user's token, fit to be used. @throws BffError `unauthenticated`, `session-ended`, `identity-provider-unavailable` */
  protected userToken(): UserToken | Promise<UserToken> {
    return this.heldToken();
  }

  private exchanged(target: ExchangeTarget): string | Promise<string> {
    const { exchanged } = this.shared;
    const user = this.userToken();
    return user instanceof Promise ? user.then((token) => exchanged.take(token, target)) : exchanged.take(user, target);
  }
}

function bearer({ accessToken }: UserToken): string {
  return `Bearer ${accessToken}`;
}

class NobodysTokens extends RequestTokenSource {
  protected override heldToken(): never {
    throw new BffError('unauthenticated');
  }
}

class BearerTokenSource extends RequestTokenSource {
  constructor(
    shared: Shared,
    private readonly credential: BearerCredential,
  ) {
    super(shared);
  }

  protected override authorization(): string | Promise<string> {
    if (this.credential.isBound) {
      const detail =
        'The service behind this route takes the token itself, and one that is bound to a key (DPoP) cannot be passed on.';
      throw new BffError('forbidden', { detail });
    }
    return super.authorization();
  }

  protected override heldToken(): UserToken {
    return this.credential;
  }
}

class SessionTokenSource extends RequestTokenSource {
  private renewing: Promise<UserToken> | undefined;

  constructor(
    shared: Shared,
    private session: Session,
  ) {
    super(shared);
  }

  protected override heldToken(): UserToken {
    return tokenOf(this.session);
  }

  protected override userToken(): UserToken | Promise<UserToken> {
    const { tokens } = this.session;
    const life = tokens.accessTokenExpiresAt - this.shared.means.clock.epoch();
    if (life > USER_TOKEN_MARGIN) return this.heldToken();
    // A login without refresh token ends with its access token, not before.
    if (life > 0 && tokens.refreshToken === undefined) return this.heldToken();
    return (this.renewing ??= this.renew());
  }

  private async renew(): Promise<UserToken> {
    const { sessions, provider, means } = this.shared;
    if (!sessions) throw new BffError('internal', { cause: new TypeError('a session in a BFF that has none') });
    try {
      this.session = await sessions.withFreshToken(
        this.session,
        (session) => provider.refresh(session),
        USER_TOKEN_MARGIN,
      );
    } catch (error) {
      if (error instanceof BffError && error.code === 'session-ended') throw ended(error);
      if (this.session.tokens.accessTokenExpiresAt <= means.clock.epoch()) throw error;
      tellReplaced('a fresh token of a session (the old one is still good)', error);
    } finally {
      this.renewing = undefined;
    }
    return this.heldToken();
  }
}

/** The session was found by the door, which thus could not tell where to log in again. */
function ended(cause: BffError): BffError {
  return new BffError('session-ended', { ...SESSION_CHALLENGE, cause });
}

function tokenOf({ tokens: { accessToken, accessTokenExpiresAt } }: Session): UserToken {
  return { accessToken, expiresAt: accessTokenExpiresAt };
}
