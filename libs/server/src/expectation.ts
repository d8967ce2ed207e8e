import { IncomingMessage, type ServerResponse } from 'node:http';
import { BffError } from '@portico/core';

/**
 * Meets the expectation of a request (RFC 9110 10.1.1): 100-continue is the only one there is, and HTTP/1.0 has none.
 * `100 Continue` is written when the body is first read, so that what the head decides (path, size, access) is answered
 * with the final status at once. Node closes a connection whose client was answered without it.
 *
 * @returns why the request is refused
 */
export function meetExpectation(request: IncomingMessage, response: ServerResponse): BffError | undefined {
  if (request.headers.expect!.toLowerCase() !== '100-continue') return new BffError('expectation-failed');
  if (request.httpVersionMinor === 1) continueWhenRead(request, response);
  return undefined;
}

function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  request._read = (size) => {
    request._read = IncomingMessage.prototype._read;
    // Node itself reads what is left of a body after the response.
    if (!response.headersSent) response.writeContinue();
    request._read(size);
  };
}
