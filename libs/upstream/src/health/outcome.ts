import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, type RequestContext } from '@portico/core';
import type { UpstreamRequest, UpstreamResponse } from '../send.ts';

/**
 * What one attempt says of the instance it went to. `ok`: it works. `failure`: it gave no usable answer, or one of a gateway
 * whose own upstream fails (502, 503, 504). `error`: it answered 5xx otherwise, so it lives; that counts for its failure rate,
 * not as a failure in a row. `neutral`: nothing, because someone else ended the attempt.
 */
export type Outcome = 'ok' | 'failure' | 'error' | 'neutral';

/**
 * Milliseconds without an answer from which a request's deadline speaks against the instance. A deadline that came sooner,
 * of a part with little time or after a slow first attempt, says nothing of it.
 */
const SILENT = 1_000;

/** Failures that are the instance's own; what is not listed is neutral. */
const OUTCOMES: Readonly<Partial<Record<BffErrorCode, Outcome>>> = {
  'upstream-connect': 'failure',
  'upstream-connect-timeout': 'failure',
  'upstream-timeout': 'failure',
  'upstream-body-timeout': 'failure',
  'upstream-reset': 'failure',
  'upstream-framing': 'failure',
  'upstream-headers-too-large': 'error',
  // It refused the gateway's token: it works, the request did not fit.
  'upstream-status': 'ok',
};

/** Judges an answer by its status. 4xx is ok: the instance works, the request did not fit. */
export function outcomeOfStatus(status: number): Outcome {
  if (status < 500) return 'ok';
  return status === 502 || status === 503 || status === 504 ? 'failure' : 'error';
}

/**
 * Judges a streamed answer that broke (`body.errored`). Its head came in time, so a deadline says nothing: the one who reads may
 * be slow. An instance that falls silent is found by `bodyTimeout`.
 */
export function outcomeOfBrokenBody({ code }: BffError, { aborted }: RequestContext): Outcome {
  return aborted === undefined ? (OUTCOMES[code] ?? 'neutral') : 'neutral';
}

/**
 * Judges an answer once it takes nothing of its upstream any more.
 *
 * @param ofHead what its head said
 */
export function outcomeAtEnd({ body }: UpstreamResponse, ofHead: Outcome, ctx: RequestContext): Outcome {
  const broken = 'chunks' in body ? undefined : body.errored;
  return broken instanceof BffError ? outcomeOfBrokenBody(broken, ctx) : ofHead;
}

/**
 * Judges an attempt that failed before its head.
 *
 * @param error what the transport rejected with
 * @param waited milliseconds that the attempt took
 */
export function outcomeOfError(
  error: BffError,
  request: UpstreamRequest,
  ctx: RequestContext,
  waited: number,
): Outcome {
  // A context is also given up with the code of a failure elsewhere, as when another part of a view fails.
  if (ctx.aborted === undefined)
    return isBrokenUpload(error, request) ? 'neutral' : (OUTCOMES[error.code] ?? 'neutral');
  // Without an instance it waited for its turn here, in a bulkhead's queue.
  const isSilent = ctx.aborted.code === 'deadline-exceeded' && waited >= SILENT && request.instance !== undefined;
  // Nobody can tell who kept whom waiting while a client's body was passed on.
  return isSilent && !(request.body instanceof Readable) ? 'failure' : 'neutral';
}

/**
 * Whether the connection broke under a client's body: an upstream closes when it refuses what it was sent, and the client
 * chooses that. Its answer is read where it can be.
 */
function isBrokenUpload({ code }: BffError, { body }: UpstreamRequest): boolean {
  return code === 'upstream-reset' && body instanceof Readable;
}
