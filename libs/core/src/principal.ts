/**
 * Who a request comes from, once a door has checked it: the same shape for a session and for a bearer token, so that
 * routes, limits, caches and logs need not know which it was. Frozen.
 */
export interface Principal {
  /** Issuer and subject in one text, `https://id.example alice`: nobody else has it. The key of limits, caches and trails. */
  readonly id: string;
  /** `iss` (RFC 7519 4.1.1). */
  readonly issuer: string;
  /** `sub`: who it is at that issuer. */
  readonly subject: string;
  /** The door it came through. */
  readonly door: 'session' | 'bearer';
  /** The client that the token was issued to: `client_id`, or `azp`. */
  readonly clientId: string | undefined;
  /** From the one claim that the BFF's settings name; in any other form than a list of texts there is none. */
  readonly roles: ReadonlySet<string>;
  /** `scope`, split at spaces (RFC 8693 4.2). */
  readonly scopes: ReadonlySet<string>;
  /** How the user logged in (OpenID Connect Core 2). */
  readonly acr: string | undefined;
  /** When the user last proved who they are, seconds since 1970. */
  readonly authTime: number | undefined;
  /** Further claims, as the issuer made them. Never a token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Names the session in lists, logs and trails; never the value of its cookie. Undefined for bearer tokens. */
  readonly session: string | undefined;
}
