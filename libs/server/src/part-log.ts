import type { PartFailedEvent } from '@portico/aggregation';
import type { Clock } from '@portico/core';
import type { Logger } from 'pino';

/** Milliseconds in which a part that fails in the same way is written once. */
const PERIOD = 10_000;
/** Ways to fail that are remembered. */
const MOST_WAYS = 1_000;
/** Causes of causes that are written. */
const MOST_CAUSES = 5;

/** How often a part failed in one way since its last line. */
interface Way {
  readonly since: number;
  missed: number;
}

/**
 * Writes down which part of which page failed and why: `warn` for a part that something stands in for, `error` with the stack for an
 * exception of the BFF's own code. A required part takes its page with it; its failure stands in the line of the request, and
 * an own exception here too, unless the request's line has the stack (`internal`).
 */
export function partLog(log: Logger, clock: Clock): (event: PartFailedEvent) => void {
  const ways = new Map<string, Way>();
  return (event) => {
    const { route, requestId, traceId, part, upstream, error, isOwn } = event;
    if (event.required && (!isOwn || error.code === 'internal')) return;
    const missed = missedSince(ways, `${route} ${part} ${error.code} ${isOwn}`, clock.now());
    if (missed === undefined) return;
    const fields = { requestId, traceId, route, upstream, part, failure: error.code, more: missed || undefined };
    const more = missed === 0 ? '' : ` (and ${missed} times more since the last line)`;
    const by = upstream === undefined ? '' : ` by ${upstream}`;
    if (isOwn) log.error({ ...fields, err: error.cause ?? error }, `${route}: the code of part ${part} threw${more}`);
    else log.warn(fields, `${route}: part ${part}${by} failed: ${causesOf(error)}${more}`);
  };
}

/** Failures of this kind that were not written since the last line; undefined when this one is not written either. */
function missedSince(ways: Map<string, Way>, key: string, now: number): number | undefined {
  const way = ways.get(key);
  if (way && now - way.since < PERIOD) {
    way.missed++;
    return undefined;
  }
  if (ways.size >= MOST_WAYS) ways.clear();
  ways.set(key, { since: now, missed: 0 });
  return way?.missed ?? 0;
}

/** An error and what is underneath, in one sentence: `upstream-connect: connect ECONNREFUSED 127.0.0.1:4002`. */
function causesOf(error: PartFailedEvent['error']): string {
  const texts: string[] = [error.code];
  let cause: unknown = error;
  for (let i = 0; i < MOST_CAUSES && cause instanceof Error; i++) {
    if (cause.message !== texts.at(-1)) texts.push(cause.message);
    cause = cause.cause;
  }
  return texts.join(': ');
}
