import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LoggerService } from '@nestjs/common';
import { type Clock, systemClock } from '@portico/core';
import { type AccessEvent, accessEvents } from './access-event.ts';

/** Milliseconds for which the same mistake is written down once: a policy that throws does so at every request. */
const PERIOD = 60_000;

/**
 * Writes down who was refused because of a mistake in the BFF. There are as many subjects as policies and handlers.
 *
 * @returns ends it
 */
export function logAccessEvents(log: Pick<LoggerService, 'error'>, clock: Clock = systemClock): () => void {
  const writtenAt = new Map<string, number>();
  const listener = (message: unknown): void => {
    const { subject, reason, error } = message as AccessEvent;
    const now = clock.now();
    if (now - (writtenAt.get(subject) ?? -Infinity) < PERIOD) return;
    writtenAt.set(subject, now);
    log.error(`${subject}: ${reason}${error instanceof Error ? ` (${error.name}: ${error.message})` : ''}`);
  };
  subscribe(accessEvents.name, listener);
  return () => void unsubscribe(accessEvents.name, listener);
}
