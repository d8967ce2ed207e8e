import type { PartFailedEvent } from '@portico/aggregation';
import { describeFailure, moreLikeIt, type RateLimitedLog } from '@portico/core';
import type { Logger } from 'pino';

/**
 * Writes down which part of which page failed and why: `warn` for a part that something stands in for, `error` with the stack for an
 * exception of the BFF's own code. A required part takes its page with it; its failure stands in the line of the request, and
 * an own exception here too, unless the request's line has the stack (`internal`).
 */
export function partLog(log: Logger, limited: RateLimitedLog): (event: PartFailedEvent) => void {
  return (event) => {
    const { route, part, error, isOwn } = event;
    if (event.required && (!isOwn || error.code === 'internal')) return;
    limited.add(`part ${route} ${part} ${error.code} ${isOwn}`, (more) => write(log, event, more));
  };
}

function write(log: Logger, event: PartFailedEvent, more: number): void {
  const { route, requestId, traceId, part, upstream, error, isOwn } = event;
  const fields = { requestId, traceId, route, upstream, part, failure: error.code, more: more || undefined };
  const by = upstream === undefined ? '' : ` by ${upstream}`;
  if (isOwn) {
    log.error({ ...fields, err: error.cause ?? error }, `${route}: the code of part ${part} threw${moreLikeIt(more)}`);
  } else log.warn(fields, `${route}: part ${part}${by} failed: ${describeFailure(error)}${moreLikeIt(more)}`);
}
