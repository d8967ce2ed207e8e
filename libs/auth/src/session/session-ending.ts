import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LoggerService } from '@nestjs/common';
import { type Clock, moreLikeIt, RateLimitedLog } from '@portico/core';

/** Message of `portico.auth.session-ended`: a session ended because its user began more than one user may have. */
export interface SessionEnding {
  /** `Principal.id`. */
  readonly principal: string;
  /** Of the session that ended. */
  readonly handle: string;
  /** Handle of the session that took its place. */
  readonly successor: string;
}

/** Where `SessionEnding`s are published. */
export const sessionEndings = channel('portico.auth.session-ended');

/**
 * Writes down which sessions ended so, of each user one line in ten seconds.
 *
 * @returns ends it
 */
export function logSessionEndings(log: Pick<LoggerService, 'warn'>, clock?: Clock): () => void {
  const limited = new RateLimitedLog(clock);
  const listener = (message: unknown): void => {
    const { principal, handle, successor } = message as SessionEnding;
    const line = `session ${handle} of ${principal} ended for ${successor}: a user has MAX_USER_SESSIONS at most`;
    limited.add(principal, (more) => log.warn(line + moreLikeIt(more)));
  };
  subscribe(sessionEndings.name, listener);
  return () => {
    unsubscribe(sessionEndings.name, listener);
    limited.flush();
  };
}
