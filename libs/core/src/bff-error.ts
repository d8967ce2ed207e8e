/**
 * What went wrong, by side and stage. Codes are part of the public contract: they appear in problem+json answers and in
 * the log. The HTTP status of each stands in one table, `PROBLEMS` of `@portico/server`; `docs/errors.md` explains them.
 */
export type BffErrorCode =
  // the client's side
  | 'request-malformed'
  | 'input-invalid'
  | 'route-not-found'
  | 'resource-not-found'
  | 'method-not-allowed'
  | 'origin-not-allowed'
  | 'address-not-allowed'
  | 'conflict'
  | 'credentials-ambiguous'
  | 'csrf-refused'
  | 'forbidden'
  | 'login-failed'
  | 'session-ended'
  | 'step-up-required'
  | 'token-invalid'
  | 'too-many-requests'
  | 'unauthenticated'
  | 'request-refused'
  | 'request-timeout'
  | 'body-too-large'
  | 'media-type-unsupported'
  | 'uri-too-long'
  | 'expectation-failed'
  | 'headers-too-large'
  | 'client-aborted'
  | 'client-too-slow'
  | 'http-version-unsupported'
  // the upstream's side
  | 'upstream-connect'
  | 'upstream-connect-timeout'
  | 'upstream-timeout'
  | 'upstream-body-timeout'
  | 'upstream-reset'
  | 'upstream-framing'
  | 'upstream-headers-too-large'
  | 'upstream-body-too-large'
  | 'upstream-body-invalid'
  | 'upstream-status'
  | 'upstream-unavailable'
  | 'upstream-circuit-open'
  | 'upstream-saturated'
  // the gateway itself
  | 'deadline-exceeded'
  | 'fan-out-exceeded'
  | 'gateway-exhausted'
  | 'audit-unavailable'
  | 'identity-provider-unavailable'
  | 'sessions-unavailable'
  | 'shutting-down'
  | 'request-failed'
  | 'internal';

/** What a BffError may carry beside its code. A client is shown `detail`, `login`, `part`, `fields` and `headers` only. */
export interface BffErrorOptions {
  /** One plain sentence for the client: what was wrong and how to mend it. Never an address, a stack or a secret. */
  readonly detail?: string;
  /** Name of the upstream that failed, for the log. */
  readonly upstream?: string;
  /** Where a page sends the user to log in, for 401; a path of this BFF. */
  readonly login?: string;
  /** Name of the part of a view that failed. */
  readonly part?: string;
  /** Invalid input, one entry each; with the field where it is known. */
  readonly fields?: ReadonlyArray<{ readonly field?: string; readonly message: string }>;
  /** Header fields the answer must carry (`allow` with 405, `retry-after` with 503), names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error underneath, for the log. */
  readonly cause?: unknown;
}

/** The one error type of the gateway: a stable code plus what the log and the client need to know. */
export class BffError extends Error {
  override readonly name = 'BffError';
  readonly detail: string | undefined;
  readonly upstream: string | undefined;
  readonly login: string | undefined;
  readonly part: string | undefined;
  readonly fields: BffErrorOptions['fields'];
  readonly headers: BffErrorOptions['headers'];

  constructor(
    readonly code: BffErrorCode,
    options: BffErrorOptions = {},
  ) {
    super(options.detail ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.detail = options.detail;
    this.upstream = options.upstream;
    this.login = options.login;
    this.part = options.part;
    this.fields = options.fields;
    this.headers = options.headers;
  }
}
