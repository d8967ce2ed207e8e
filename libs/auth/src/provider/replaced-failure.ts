import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LoggerService } from '@nestjs/common';
import { type Clock, systemClock } from '@portico/core';
import { withoutSecrets } from './provider-error.ts';

/** Message of `portico.auth.replaced`: a failure that no request is answered with, because something else took its place. */
export interface ReplacedFailure {
  /** What was being done, and what took its place: `metadata of the identity provider (the old ones stay in use)`. */
  readonly stage: string;
  /** Without secrets. */
  readonly error: Error;
}

const replacedFailures = channel('portico.auth.replaced');

/** Milliseconds for which the same failure is written down once. */
const PERIOD = 10_000;

/** Failures that are told apart within a period; stages and the words of libraries are few. */
const MOST_DIFFERENT = 100;

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
export function logReplacedFailures(log: Pick<LoggerService, 'warn'>, clock: Clock = systemClock): () => void {
  const writtenAt = new Map<string, number>();
  const listener = (message: unknown): void => {
    const { stage, error } = message as ReplacedFailure;
    const line = `${stage}: ${causesOf(error)}`;
    const now = clock.now();
    if (now - (writtenAt.get(line) ?? -Infinity) < PERIOD) return;
    if (writtenAt.size >= MOST_DIFFERENT) writtenAt.clear();
    writtenAt.set(line, now);
    log.warn(line);
  };
  subscribe(replacedFailures.name, listener);
  return () => void unsubscribe(replacedFailures.name, listener);
}

function causesOf(error: Error): string {
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${causesOf(cause)}` : message;
}
