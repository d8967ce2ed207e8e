import { BffError, type BffErrorCode } from '@portico/core';

/** What undici and the system call our failures; anything else means that the connection broke. */
const CODES: Readonly<Record<string, BffErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream-connect-timeout',
  ECONNREFUSED: 'upstream-connect',
  EHOSTUNREACH: 'upstream-connect',
  ENETUNREACH: 'upstream-connect',
  EADDRNOTAVAIL: 'upstream-connect',
  ENOTFOUND: 'upstream-connect',
  EAI_AGAIN: 'upstream-connect',
  ETIMEDOUT: 'upstream-connect-timeout',
  CERT_HAS_EXPIRED: 'upstream-connect',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'upstream-connect',
  SELF_SIGNED_CERT_IN_CHAIN: 'upstream-connect',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'upstream-connect',
  ERR_TLS_CERT_ALTNAME_INVALID: 'upstream-connect',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-headers-too-large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-framing',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'request-malformed',
  UND_ERR_INVALID_ARG: 'request-malformed',
};

/**
 * Names a failure of the transport by stage and side.
 *
 * @param hasHead whether the answer had begun: then nothing may be retried
 */
export function toBffError(error: unknown, upstream: string, hasHead: boolean): BffError {
  if (error instanceof BffError) return error;
  return new BffError(codeOf(error, hasHead), { upstream, cause: error });
}

/** An error of undici, of the system, or of several attempts to connect (Happy Eyeballs). */
interface TransportError {
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly TransportError[];
}

function codeOf(error: unknown, hasHead: boolean): BffErrorCode {
  const { code, message, errors } = error as TransportError;
  // All attempts to connect failed: any of them names the reason.
  if (code === undefined) return errors?.[0] ? codeOf(errors[0], hasHead) : 'upstream-reset';
  if (code.startsWith('HPE_')) return 'upstream-framing';
  if (code === 'UND_ERR_SOCKET' && !hasHead && message?.startsWith('bad ')) return 'upstream-framing';
  return CODES[code] ?? 'upstream-reset';
}
