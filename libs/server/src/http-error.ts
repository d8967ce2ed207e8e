import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { BffError, type BffErrorCode, type BffErrorOptions } from '@portico/core';
import { type ProblemMembers, saidBy } from './http-exception-body.ts';

/** Codes that a status has of its own. */
const CODES_OF_STATUS: Readonly<Record<number, BffErrorCode>> = {
  400: 'input-invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'resource-not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'media-type-unsupported',
  417: 'expectation-failed',
  429: 'too-many-requests',
  431: 'headers-too-large',
  500: 'internal',
};

/** An `HttpException` of a controller: its status and all that it says are meant for the client. */
export class HttpError extends BffError {
  constructor(
    code: BffErrorCode,
    readonly status: number,
    readonly members: ProblemMembers,
    options: BffErrorOptions,
  ) {
    super(code, options);
  }

  /** The meaning of the status where the code does not say it. */
  get title(): string | undefined {
    return CODES_OF_STATUS[this.status] === undefined ? STATUS_CODES[this.status] : undefined;
  }
}

/** A thrown `HttpException` as the error that the client is answered with; `internal` when its status is none of an error. */
export function ofHttpException(thrown: HttpException): BffError {
  const status = thrown.getStatus();
  if (!(Number.isInteger(status) && status >= 400 && status <= 599)) return new BffError('internal', { cause: thrown });
  const code = CODES_OF_STATUS[status] ?? (status < 500 ? 'request-refused' : 'request-failed');
  const { members, cause, ...said } = saidBy(thrown.getResponse());
  return new HttpError(code, status, members, { ...said, cause: cause ?? thrown });
}

/** Whether a thrown `HttpException` is a response and no error: 304, a redirection, and the like. */
export function isResponse(thrown: unknown): thrown is HttpException {
  if (!(thrown instanceof HttpException)) return false;
  const status = thrown.getStatus();
  return Number.isInteger(status) && status >= 200 && status < 400;
}
