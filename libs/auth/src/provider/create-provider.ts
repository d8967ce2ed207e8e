import { BffError, type Clock, type Principal, systemClock } from '@portico/core';
import {
  buildEndSessionUrl,
  clientCredentialsGrant,
  type Configuration,
  fetchUserInfo,
  genericGrantRequest,
  refreshTokenGrant,
  skipSubjectCheck,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client';
import type { Session } from '../session/session.ts';
import type { Renewal } from '../session/sessions.ts';
import { boundedFetch, ProviderFault } from './bounded-fetch.ts';
import { areTooDeep, type Claims, type IdTokenClaims, principalOf, textOf } from './claims.ts';
import { Discovery } from './discovery.ts';
import { checkToken } from './key-check.ts';
import { KeySet } from './key-set.ts';
import { beginLogin, type LoginTerms, redeem } from './login.ts';
import { checkLogoutToken } from './logout-token.ts';
import { isRefusedGrant, loginFailed, refusalOf, unavailable, withoutSecrets } from './provider-error.ts';
import { CALLBACK_PATH, checkProviderSettings, type ProviderSettings } from './provider-settings.ts';
import { breakingFetch } from './provider-breaker.ts';
import type {
  CompletedLogin,
  Introspection,
  IssuedToken,
  LoginAttempt,
  LoginWishes,
  LogoutNotice,
  Provider,
} from './provider.ts';
import { renewalOf } from './renewal.ts';
import { tellReplaced } from './replaced-failure.ts';
import { issuedTokenOf, sessionTokensOf, type TokenAnswer } from './session-tokens-of.ts';

const DEFAULT_TIMEOUT = 5_000;
const DEFAULT_CLOCK_SKEW = 5;
const DEFAULT_COOL_DOWN = 5_000;
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * A `Provider` over openid-client. Nothing is asked before the first use.
 *
 * @throws ConfigError when the provider could never be used with these settings
 */
export function createProvider(settings: ProviderSettings): Provider {
  checkProviderSettings(settings);
  return new OpenIdProvider(settings);
}

class OpenIdProvider implements Provider {
  readonly issuer: string;
  private readonly discovery: Discovery;
  readonly keys: KeySet;
  private readonly clock: Clock;
  private readonly clockSkew: number;
  private readonly terms: LoginTerms;

  constructor(private readonly settings: ProviderSettings) {
    const { timeout = DEFAULT_TIMEOUT, coolDown = DEFAULT_COOL_DOWN, publicUrl, scope, clientId } = settings;
    this.issuer = settings.issuer;
    this.clock = settings.clock ?? systemClock;
    const fetch = breakingFetch(boundedFetch(timeout), this.clock, coolDown);
    this.clockSkew = settings.clockSkew ?? DEFAULT_CLOCK_SKEW;
    this.terms = { redirectUri: `${publicUrl}${CALLBACK_PATH}`, scope, clientId };
    this.discovery = new Discovery(settings, fetch);
    // Instead of openid-client's own check of signatures, which forgets keys once a minute at most and so turns logins away
    // for as long after a rotation.
    this.keys = new KeySet({ url: () => this.keysUrl(), coolDown, timeout, clock: this.clock });
  }

  async beginLogin(wishes: LoginWishes) {
    return beginLogin(await this.discovery.get(), this.terms, wishes);
  }

  async completeLogin(callback: URL, attempt: LoginAttempt): Promise<CompletedLogin> {
    const { answer, claims } = await redeem(await this.discovery.get(), this.terms, callback, attempt);
    try {
      await this.checkSignature(answer.id_token);
      return {
        principal: this.principalOf(claims, answer.scope ?? this.terms.scope),
        tokens: sessionTokensOf(answer, this.clock.epoch()),
        providerSession: textOf(claims.sid),
      };
    } catch (error) {
      throw isUnavailable(error) ? error : loginFailed(error, 'ID token');
    }
  }

  async refresh(session: Session): Promise<Renewal> {
    const { refreshToken } = session.tokens;
    if (refreshToken === undefined) throw new BffError('session-ended');
    const configuration = await this.discovery.get();
    try {
      const answer = await refreshTokenGrant(configuration, refreshToken);
      return await renewalOf(answer as TokenAnswer, answer.claims() as IdTokenClaims | undefined, session, {
        now: this.clock.epoch(),
        rolesClaim: this.settings.rolesClaim,
        userInfo: (accessToken) => this.userInfo(configuration, accessToken),
        checkSignature: (idToken) => this.checkSignature(idToken),
        principalOf: (claims, scope) => this.principalOf(claims, scope),
      });
    } catch (error) {
      if (error instanceof BffError) throw error;
      throw refusalOf(error) === 'invalid_grant'
        ? new BffError('session-ended', { cause: withoutSecrets(error, 'refresh') })
        : unavailable(error, 'refresh');
    }
  }

  async revoke({ tokens: { refreshToken } }: Session): Promise<void> {
    if (refreshToken === undefined) return;
    try {
      const configuration = await this.discovery.get();
      if (configuration.serverMetadata().revocation_endpoint === undefined) return;
      await tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' });
    } catch (error) {
      // The session is gone on this side; at the provider the token ends by itself.
      tellReplaced('the refresh token of a session that ended was not revoked', withoutSecrets(error, 'revocation'));
    }
  }

  async endSessionUrl({ providerSession }: Session, returnTo: string): Promise<URL | undefined> {
    const configuration = await this.discovery.get();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: new URL(returnTo, this.settings.publicUrl).href,
      ...(providerSession !== undefined && { logout_hint: providerSession }),
    });
  }

  async checkLogoutToken(token: string): Promise<LogoutNotice> {
    const { clientId } = this.settings;
    return checkLogoutToken(token, this.keys.get, { issuer: this.issuer, clientId, clockSkew: this.clockSkew });
  }

  async clientToken(wanted: { readonly scope?: string; readonly audience?: string }): Promise<IssuedToken> {
    return this.issue(
      (configuration) => clientCredentialsGrant(configuration, given(wanted)),
      (error) => unavailable(error, 'token for the BFF'),
    );
  }

  async exchangeToken(
    userToken: string,
    wanted: { readonly audience: string; readonly scope?: string },
  ): Promise<IssuedToken> {
    const parameters = {
      subject_token: userToken,
      subject_token_type: ACCESS_TOKEN,
      requested_token_type: ACCESS_TOKEN,
      ...given(wanted),
    };
    return this.issue(
      (configuration) => genericGrantRequest(configuration, TOKEN_EXCHANGE, parameters),
      (error) => (isRefusedGrant(error) ? refusedExchange(error) : unavailable(error, 'token exchange')),
    );
  }

  async introspect(token: string): Promise<Introspection> {
    const configuration = await this.discovery.get();
    try {
      const answer = await tokenIntrospection(configuration, token, { token_type_hint: 'access_token' });
      return answer.active ? { ...answer } : undefined;
    } catch (error) {
      throw unavailable(error, 'introspection');
    }
  }

  /** Whom it speaks of is looked at by who asks. */
  private async userInfo(configuration: Configuration, accessToken: string): Promise<Claims | undefined> {
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return undefined;
    return fetchUserInfo(configuration, accessToken, skipSubjectCheck);
  }

  private async issue(
    ask: (configuration: Configuration) => Promise<unknown>,
    errorOf: (error: unknown) => BffError,
  ): Promise<IssuedToken> {
    const configuration = await this.discovery.get();
    try {
      return issuedTokenOf((await ask(configuration)) as TokenAnswer, this.clock.epoch());
    } catch (error) {
      throw errorOf(error);
    }
  }

  private async checkSignature(idToken: string): Promise<void> {
    const { clientId: audience } = this.settings;
    await checkToken(idToken, this.keys.get, { issuer: this.issuer, audience, clockTolerance: this.clockSkew });
  }

  /**
   * @param scope what the token endpoint granted (RFC 6749 5.1); an ID token does not say it, nor need it name the client
   * @throws ProviderFault
   */
  private principalOf(claims: IdTokenClaims, scope: string): Principal {
    const { clientId, rolesClaim } = this.settings;
    if (areTooDeep(claims)) throw new ProviderFault('its claims are nested too deeply');
    return principalOf({ ...claims, client_id: clientId, scope }, 'session', rolesClaim);
  }

  private async keysUrl(): Promise<URL> {
    const configuration = await this.discovery.get();
    return new URL(configuration.serverMetadata().jwks_uri!);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof BffError && error.code === 'identity-provider-unavailable';
}

function refusedExchange(error: unknown): BffError {
  const detail = 'The identity provider gives no token for this service.';
  return new BffError('forbidden', { detail, cause: withoutSecrets(error, 'token exchange') });
}

/** The parameters that have a value. */
function given(wanted: { readonly scope?: string; readonly audience?: string }): Record<string, string> {
  const { scope, audience } = wanted;
  return { ...(scope !== undefined && { scope }), ...(audience !== undefined && { audience }) };
}
