import { createHash, type JsonWebKey, randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '@portico/core';
import { generateSigningKey, mintToken, type SigningKey, type TokenToMint } from './fake-identity-provider-keys.ts';

/** Claims by name. */
export type FakeClaims = Record<string, unknown>;

/** A client of the fake identity provider; one without secret and keys is public. Any redirect URI is right. */
export interface FakeClient {
  readonly secret?: string;
  /** Public keys for `private_key_jwt`. */
  readonly keys?: ReadonlyArray<JsonWebKey & { kid?: string }>;
}

/** What the fake identity provider does; may be changed at any time. */
export interface FakeIdentityProviderSettings {
  /** Seconds. Default 60. */
  accessTokenLife: number;
  /** Seconds. Default 300. */
  idTokenLife: number;
  /** Seconds, told as `refresh_expires_in`. Default 1800. */
  refreshTokenLife: number;
  /** Default `jwt` (RFC 9068). */
  tokenFormat: 'jwt' | 'opaque';
  /** `aud` of access tokens. Default `portico-api`. */
  audience: string | readonly string[];
  /** Audiences that tokens may be exchanged for; undefined: all. */
  exchangeAudiences: readonly string[] | undefined;
  /** Whether a refresh token works once, and its second use ends the login. Default true. */
  rotatesRefreshTokens: boolean;
}

/** Corruptions, each off until it is set. */
export interface Tampering {
  idTokenClaims?: (claims: FakeClaims) => FakeClaims;
  idTokenHeader?: FakeClaims;
  /** Signs ID tokens with another key, or not at all. */
  idTokenKey?: SigningKey | 'none';
  accessTokenClaims?: (claims: FakeClaims) => FakeClaims;
  /** Changes the query of the redirect back to the client. */
  callback?: (query: URLSearchParams) => void;
  /** Changes a successful answer of the token endpoint. */
  tokenAnswer?: (answer: FakeClaims) => FakeClaims;
  /** Changes what the UserInfo endpoint says. */
  userInfo?: (claims: FakeClaims) => FakeClaims;
  discovery?: (document: FakeClaims) => FakeClaims;
  keys?: (keySet: FakeClaims) => FakeClaims;
}

/** A login, or what lives as long as one. */
export interface Grant {
  readonly clientId: string;
  readonly user: string;
  readonly scope: string;
  readonly sid: string;
  readonly acr: string;
  /** Seconds since 1970. */
  readonly authTime: number;
  /** Shared by all that one login led to. */
  readonly login: { ended: boolean };
}

/** A code that was given out. */
export interface PendingCode {
  readonly grant: Grant;
  readonly nonce: string | undefined;
  readonly challenge: string;
  readonly redirectUri: string;
  used: boolean;
}

const USERS: Readonly<Record<string, readonly string[]>> = {
  alice: ['customer'],
  bob: ['customer'],
  sam: ['staff'],
  mia: ['manager'],
};
const CONFIDENTIAL = ['web-bff', 'admin-bff', 'portico-api', 'ordering', 'reports'];

/** What the fake identity provider knows and remembers. */
export class FakeIdentityState {
  issuer = '';
  user: string | undefined;
  tamper: Tampering = {};
  readonly users = new Map<string, FakeClaims>(
    Object.entries(USERS).map(([sub, roles]) => [sub, { name: sub, email: `${sub}@shop.test`, roles }]),
  );
  readonly clients = new Map<string, FakeClient>([
    ...CONFIDENTIAL.map((id) => [id, { secret: `${id}-secret` }] as const),
    ['mobile-app', {}],
  ]);
  /** The first signs; all stand in the key set. */
  keys: SigningKey[];
  readonly pushed = new Map<string, URLSearchParams>();
  readonly codes = new Map<string, PendingCode>();
  readonly refreshTokens = new Map<string, { grant: Grant; expiresAt: number; used: boolean }>();
  readonly accessTokens = new Map<string, { grant: Grant; claims: FakeClaims }>();
  readonly settings: FakeIdentityProviderSettings = {
    accessTokenLife: 60,
    idTokenLife: 300,
    refreshTokenLife: 1800,
    tokenFormat: 'jwt',
    audience: 'portico-api',
    exchangeAudiences: undefined,
    rotatesRefreshTokens: true,
  };

  constructor(
    readonly clock: Clock = systemClock,
    key: SigningKey = generateSigningKey(),
  ) {
    this.keys = [key];
  }

  /** Seconds since 1970. */
  now(): number {
    return Math.floor(this.clock.epoch() / 1000);
  }

  mint(token: TokenToMint): string {
    return mintToken({ ...token, key: token.key ?? this.signingKey });
  }

  get signingKey(): SigningKey {
    return this.keys[0] as SigningKey;
  }

  private times(life: number): FakeClaims {
    return { iss: this.issuer, iat: this.now(), exp: this.now() + life };
  }

  /** What an access token of a grant says unless somebody tampers with it. */
  accessTokenClaims(grant: Grant, audience: unknown = this.settings.audience): FakeClaims {
    const { clientId, scope, acr, sid } = grant;
    return {
      ...this.times(this.settings.accessTokenLife),
      ...this.users.get(grant.user),
      sub: grant.user,
      aud: audience,
      client_id: clientId,
      scope,
      acr,
      sid,
      auth_time: grant.authTime,
      jti: randomUUID(),
    };
  }

  issueAccessToken(grant: Grant, audience?: unknown): string {
    const honest = this.accessTokenClaims(grant, audience);
    const claims = this.tamper.accessTokenClaims?.(honest) ?? honest;
    const token =
      this.settings.tokenFormat === 'jwt'
        ? this.mint({ claims, header: { typ: 'at+jwt' } })
        : randomBytes(24).toString('base64url');
    this.accessTokens.set(token, { grant, claims });
    return token;
  }

  idTokenClaims(grant: Grant, nonce?: string): FakeClaims {
    const { clientId: aud, user: sub, sid, acr } = grant;
    return {
      ...this.times(this.settings.idTokenLife),
      ...this.users.get(sub),
      sub,
      aud,
      sid,
      acr,
      nonce,
      auth_time: grant.authTime,
    };
  }

  issueIdToken(grant: Grant, accessToken: string, nonce?: string): string {
    const hash = createHash('sha256').update(accessToken).digest().subarray(0, 16);
    const honest = { ...this.idTokenClaims(grant, nonce), at_hash: hash.toString('base64url') };
    const claims = this.tamper.idTokenClaims?.(honest) ?? honest;
    return this.mint({
      claims,
      ...(this.tamper.idTokenHeader && { header: this.tamper.idTokenHeader }),
      ...(this.tamper.idTokenKey && { key: this.tamper.idTokenKey }),
    });
  }

  issueRefreshToken(grant: Grant): string {
    const token = randomBytes(24).toString('base64url');
    this.refreshTokens.set(token, { grant, expiresAt: this.now() + this.settings.refreshTokenLife, used: false });
    return token;
  }

  /** A login of a user that is not the outcome of a code. */
  newGrant(user: string, overrides: Partial<Grant> = {}): Grant {
    return {
      clientId: 'mobile-app',
      user,
      scope: 'openid profile email',
      sid: randomUUID(),
      acr: '1',
      authTime: this.now(),
      login: { ended: false },
      ...overrides,
    };
  }
}
