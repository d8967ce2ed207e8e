import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LoggerService } from '@nestjs/common';
import { type Clock, describeFailure, moreLikeIt, RateLimitedLog } from '@portico/core';
import { withoutSecrets } from './provider-error.ts';

/** Message of `portico.auth.replaced`: a failure that no request is answered with, because something else took its place. */
export interface ReplacedFailure {
  /** What was being done, and what took its place: `metadata of the identity provider (the old ones stay in use)`. */
  readonly stage: string;
  /** Without secrets. */
  readonly error: Error;
}

const replacedFailures = channel('portico.auth.replaced');

/** Tells of a failure that would otherwise leave no trace. Never throws. */
export function tellReplaced(stage: string, error: unknown): void {
  if (replacedFailures.hasSubscribers) {
    replacedFailures.publish({ stage, error: withoutSecrets(error) } satisfies ReplacedFailure);
  }
}

/**
 * Writes such failures down, the same one once in ten seconds.
 *
 * @returns ends it
 */
export function logReplacedFailures(log: Pick<LoggerService, 'warn'>, clock?: Clock): () => void {
  const limited = new RateLimitedLog(clock);
  const listener = (message: unknown): void => {
    const { stage, error } = message as ReplacedFailure;
    const line = `${stage}: ${describeFailure(error)}`;
    limited.add(line, (more) => log.warn(line + moreLikeIt(more)));
  };
  subscribe(replacedFailures.name, listener);
  return () => {
    unsubscribe(replacedFailures.name, listener);
    limited.flush();
  };
}
