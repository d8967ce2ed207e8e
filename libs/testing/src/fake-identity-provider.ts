import type { Clock } from '@portico/core';
import { reply } from './behaviours.ts';
import { ANSWERS, type FakeEndpoint, PATHS } from './fake-identity-provider-endpoints.ts';
import { generateSigningKey, type SigningKey, type TokenToMint } from './fake-identity-provider-keys.ts';
import {
  type FakeClaims,
  type FakeClient,
  type FakeIdentityProviderSettings,
  FakeIdentityState,
  type Tampering,
} from './fake-identity-provider-state.ts';
import { OAuthError } from './fake-identity-provider-token.ts';
import { type Behaviour, type RecordedRequest, startFakeUpstream } from './fake-upstream.ts';

/** How a fake identity provider starts. */
export interface FakeIdentityProviderOptions extends Partial<FakeIdentityProviderSettings> {
  /** What dates its tokens. Default the machine's clock. */
  readonly clock?: Clock;
  /** Its first key. Default a new one, which takes some 100 ms to make: give one to start many providers fast. */
  readonly key?: SigningKey;
  /** More clients, or others instead of the usual ones, by id. */
  readonly clients?: Readonly<Record<string, FakeClient>>;
}

/**
 * A running OpenID provider that logs everybody in at once. Users: alice and bob (role `customer`), sam (`staff`), mia
 * (`manager`), with their roles in the claim `roles`. Clients: web-bff, admin-bff, portico-api, ordering, reports, each with
 * the secret `<id>-secret`, and mobile-app, which is public.
 */
export interface FakeIdentityProvider {
  /** `http://127.0.0.1:<port>`, which is its issuer too. */
  readonly issuer: string;
  /** Who is logged in by `/authorize`, unless `login_hint` names a user. Undefined, as at first: error `login_required`. */
  user: string | undefined;
  /** Takes effect at once. */
  readonly settings: FakeIdentityProviderSettings;
  /** Corrupts what it says; assign `{}` to be honest again. */
  tamper: Tampering;
  /** Claims by subject; change them to lower a role. */
  readonly users: Map<string, FakeClaims>;
  readonly clients: Map<string, FakeClient>;
  /** How often each endpoint was called. */
  readonly calls: Readonly<Record<FakeEndpoint, number>>;
  /** All requests, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The key that signs now; the others of the key set are older. */
  readonly signingKey: SigningKey;
  /** Lets an endpoint misbehave: `reply({ status: 500 })`, `hang()`, `reset()`; undefined: as usual again. */
  answer(endpoint: FakeEndpoint, behaviour: Behaviour | undefined): void;
  /** Lets an endpoint answer as usual, `milliseconds` later. */
  delay(endpoint: FakeEndpoint, milliseconds: number): void;
  /** Signs with a new key; the key set keeps the old ones if asked to. Returns the new key. */
  rotateKeys(options?: {
    readonly keepOld?: boolean;
    readonly alg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA';
  }): SigningKey;
  /** A token with exactly these claims; see `TokenToMint`. */
  mint(token: TokenToMint): string;
  /** An access token of a user (RFC 9068), known to introspection. `undefined` takes a claim away. */
  accessToken(user: string, claims?: FakeClaims): string;
  /** An ID token of a user for a client, as `claims.aud` says; default web-bff. */
  idToken(user: string, claims?: FakeClaims): string;
  /** A logout token of a user (Back-Channel Logout 2.4) for web-bff, with `sub`; give `sid` in `claims`. */
  logoutToken(user: string, claims?: FakeClaims): string;
  /** Ends all logins of a user: their refresh tokens get `invalid_grant`. */
  endLogins(user: string): void;
  close(): Promise<void>;
}

/** Starts an OpenID provider for tests on a free port of 127.0.0.1. */
export async function startFakeIdentityProvider(
  options: FakeIdentityProviderOptions = {},
): Promise<FakeIdentityProvider> {
  const { clock, key, clients = {}, ...settings } = options;
  const state = new FakeIdentityState(clock, key);
  Object.assign(state.settings, settings);
  for (const [id, client] of Object.entries(clients)) state.clients.set(id, client);
  const endpoints = Object.keys(PATHS) as FakeEndpoint[];
  const calls = Object.fromEntries(endpoints.map((name) => [name, 0])) as Record<FakeEndpoint, number>;
  const overrides = new Map<FakeEndpoint, Behaviour>();
  const delays = new Map<FakeEndpoint, number>();
  const script = endpoints.map((name): [string, Behaviour] => [
    PATHS[name],
    async (request, response) => {
      calls[name]++;
      const override = overrides.get(name);
      if (override) return override(request, response);
      const answer = await answerOf(name, request, state);
      return reply({ ...answer, delay: delays.get(name) ?? 0 })(request, response);
    },
  ]);
  const upstream = await startFakeUpstream(Object.fromEntries(script));
  state.issuer = upstream.url;
  const provider = {
    ...methodsOf(state),
    calls,
    requests: upstream.requests,
    answer: (name: FakeEndpoint, behaviour: Behaviour | undefined): void => {
      if (behaviour) overrides.set(name, behaviour);
      else overrides.delete(name);
    },
    delay: (name: FakeEndpoint, milliseconds: number): void => void delays.set(name, milliseconds),
    close: () => upstream.close(),
  };
  return Object.defineProperties(provider, changeable(state)) as FakeIdentityProvider;
}

async function answerOf(name: FakeEndpoint, request: RecordedRequest, state: FakeIdentityState) {
  try {
    return await ANSWERS[name](request, state);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { status: error.status, json: { error: error.code } };
  }
}

function changeable(state: FakeIdentityState): PropertyDescriptorMap {
  return {
    user: { get: () => state.user, set: (user: string | undefined) => void (state.user = user) },
    tamper: { get: () => state.tamper, set: (tamper: Tampering) => void (state.tamper = tamper) },
    signingKey: { get: () => state.signingKey },
  };
}

function methodsOf(state: FakeIdentityState) {
  return {
    issuer: state.issuer,
    settings: state.settings,
    users: state.users,
    clients: state.clients,
    rotateKeys: ({ keepOld = false, alg = 'RS256' as 'RS256' | 'PS256' | 'ES256' | 'EdDSA' } = {}) => {
      const key = generateSigningKey(alg);
      state.keys = keepOld ? [key, ...state.keys] : [key];
      return key;
    },
    mint: (token: TokenToMint) => state.mint(token),
    accessToken: (user: string, claims: FakeClaims = {}) => {
      const grant = state.newGrant(user);
      const all = { ...state.accessTokenClaims(grant), ...claims };
      const token = state.mint({ claims: all, header: { typ: 'at+jwt' } });
      state.accessTokens.set(token, { grant, claims: all });
      return token;
    },
    idToken: (user: string, claims: FakeClaims = {}) =>
      state.mint({ claims: { ...state.idTokenClaims(state.newGrant(user, { clientId: 'web-bff' })), ...claims } }),
    logoutToken: (user: string, claims: FakeClaims = {}) => state.mint(logoutToken(user, claims, state)),
    endLogins: (user: string): void => {
      for (const { grant } of [...state.refreshTokens.values(), ...state.codes.values()]) {
        if (grant.user === user) grant.login.ended = true;
      }
    },
  };
}

function logoutToken(user: string, claims: FakeClaims, state: FakeIdentityState): TokenToMint {
  const { iss, iat, exp, jti } = state.accessTokenClaims(state.newGrant(user));
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return {
    header: { typ: 'logout+jwt' },
    claims: { iss, iat, exp, jti, sub: user, aud: 'web-bff', events, ...claims },
  };
}
