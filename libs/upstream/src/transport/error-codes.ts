import { BffError, type BffErrorCode } from '@portico/core';
import { lackOf, tellLack } from '@portico/net';

/** What undici calls our failures; anything else means that there was no connection, or that it broke. */
const CODES: Readonly<Record<string, BffErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream-connect-timeout',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-headers-too-large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-framing',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'request-malformed',
  UND_ERR_INVALID_ARG: 'request-malformed',
  UND_ERR_NOT_SUPPORTED: 'request-malformed',
  // The request's body was closed before its end.
  UND_ERR_ABORTED: 'client-aborted',
  UND_ERR_CLOSED: 'shutting-down',
  UND_ERR_DESTROYED: 'shutting-down',
};

/** Seconds after which a client may ask again when this machine lacked something. */
const RETRY_AFTER = '1';

/**
 * Names a failure of the transport by stage and side. A lack of this machine is told, and is no upstream's fault.
 *
 * @param connected whether the request had a connection; before, nothing of it was sent
 */
export function toBffError(error: unknown, upstream: string, connected: boolean): BffError {
  if (error instanceof BffError) return error;
  const lack = lackOf(error);
  if (lack !== undefined) {
    tellLack(lack, `connect to upstream ${upstream}`);
    return new BffError('gateway-exhausted', { upstream, cause: error, headers: { 'retry-after': RETRY_AFTER } });
  }
  return new BffError(codeOf(error, connected), { upstream, cause: error });
}

/** An error of undici or of the system. */
interface TransportError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
}

function codeOf(error: unknown, connected: boolean): BffErrorCode {
  const { name, code = '', message = '' } = error as TransportError;
  const isNotHttp = name === 'HTTPParserError' || (code === 'UND_ERR_SOCKET' && message.startsWith('bad '));
  if (isNotHttp) return 'upstream-framing';
  if (!connected && code === 'ETIMEDOUT') return 'upstream-connect-timeout';
  return CODES[code] ?? (connected ? 'upstream-reset' : 'upstream-connect');
}
