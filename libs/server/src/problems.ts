import type { BffError, BffErrorCode, RequestContext } from '@portico/core';
import { HttpError } from './http-error.ts';

/** What a client is told for a code. */
export interface Problem {
  readonly status: number;
  readonly title: string;
}

/** The one table from error codes to HTTP (RFC 9457); `docs/errors.md` says what to do about each. */
export const PROBLEMS: Readonly<Record<BffErrorCode, Problem>> = {
  'request-malformed': { status: 400, title: 'The request is not valid HTTP' },
  'input-invalid': { status: 400, title: 'The input is not valid' },
  'route-not-found': { status: 404, title: 'Nothing is served under this path' },
  'resource-not-found': { status: 404, title: 'The resource does not exist' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'origin-not-allowed': { status: 403, title: 'The origin is not allowed' },
  'address-not-allowed': { status: 403, title: 'The address of the client is not allowed' },
  conflict: { status: 409, title: 'The request does not fit the state of the resource' },
  'credentials-ambiguous': { status: 400, title: 'The request names more than one identity' },
  'csrf-refused': { status: 403, title: 'The request may come from another site' },
  forbidden: { status: 403, title: 'This is not allowed to you' },
  'login-failed': { status: 400, title: 'The login could not be completed' },
  'session-ended': { status: 401, title: 'The session has ended' },
  'step-up-required': { status: 401, title: 'This needs a fresher or stronger login' },
  'token-invalid': { status: 401, title: 'The access token is not valid' },
  'too-many-requests': { status: 429, title: 'There were too many requests' },
  unauthenticated: { status: 401, title: 'This needs a login' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'media-type-unsupported': { status: 415, title: 'The media type of the request body is not supported' },
  'request-refused': { status: 400, title: 'The request was refused' },
  'uri-too-long': { status: 414, title: 'The request target is too long' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  'headers-too-large': { status: 431, title: 'The request header is too large' },
  'client-too-slow': { status: 408, title: 'The client was too slow' },
  'client-aborted': { status: 499, title: 'The client closed the connection' },
  'http-version-unsupported': { status: 505, title: 'The HTTP version is not supported' },
  'upstream-connect': { status: 502, title: 'A service could not be reached' },
  'upstream-connect-timeout': { status: 504, title: 'A service could not be reached in time' },
  'upstream-timeout': { status: 504, title: 'A service did not answer in time' },
  'upstream-body-timeout': { status: 504, title: 'A service stopped in the middle of its answer' },
  'upstream-reset': { status: 502, title: 'A service broke the connection' },
  'upstream-framing': { status: 502, title: 'A service answered with invalid HTTP' },
  'upstream-headers-too-large': { status: 502, title: 'The header of a service was too large' },
  'upstream-body-too-large': { status: 502, title: 'The answer of a service was too large' },
  'upstream-body-invalid': { status: 502, title: 'The answer of a service was not usable' },
  'upstream-status': { status: 502, title: 'A service answered with an error' },
  'upstream-unavailable': { status: 503, title: 'A service is not available' },
  'upstream-circuit-open': { status: 503, title: 'A service is out of order and is left alone for a while' },
  'upstream-saturated': { status: 503, title: 'A service has too much to do' },
  'deadline-exceeded': { status: 504, title: 'The request could not be answered in time' },
  'fan-out-exceeded': { status: 502, title: 'The request would need too many calls' },
  'gateway-exhausted': { status: 503, title: 'The gateway lacks the means for this at the moment' },
  'audit-unavailable': { status: 503, title: 'The audit trail cannot be written' },
  'identity-provider-unavailable': { status: 503, title: 'The identity provider is not available' },
  'sessions-unavailable': { status: 503, title: 'The sessions are not available' },
  'shutting-down': { status: 503, title: 'The gateway is shutting down' },
  'request-failed': { status: 500, title: 'The request failed' },
  internal: { status: 500, title: 'The gateway made a mistake' },
};

/** What the client is told of an error: the code's, unless a controller chose another status. */
export function problemOf(error: BffError): Problem {
  const known = PROBLEMS[error.code];
  return error instanceof HttpError ? { status: error.status, title: error.title ?? known.title } : known;
}

/** The body of a problem answer. Only `detail`, `login`, `part` and the fields of the error leave the process, and what a controller says itself. */
export function problemBody(error: BffError, context?: RequestContext): string {
  const { status, title } = problemOf(error);
  return JSON.stringify({
    type: `urn:portico:problem:${error.code}`,
    title,
    status,
    detail: error.detail,
    instance: context && `urn:portico:request:${context.requestId}`,
    code: error.code,
    login: error.login,
    part: error.part,
    errors: error.fields,
    requestId: context?.requestId,
    traceId: context?.trace.traceId,
    ...(error instanceof HttpError ? error.members : undefined),
  });
}
