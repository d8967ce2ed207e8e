import { randomBytes } from 'node:crypto';
import type { Clock } from '@portico/core';
import type { Replacement, SessionRecord } from '../../src/session/session-store.ts';

/** A session of alice that lasts a minute, with what a test says of it. */
export function sessionRecord(clock: Clock, about: Partial<SessionRecord> = {}): SessionRecord {
  return {
    key: randomKey(),
    handle: randomBytes(16).toString('base64url'),
    owner: 'alice',
    login: 'login-of-alice',
    content: 'v1.key.content',
    createdAt: Math.floor(clock.epoch()),
    expiresAt: clock.epoch() + 60_000,
    ...about,
  };
}

/** A key that leads to no session yet. */
export function randomKey(): string {
  return randomBytes(32).toString('base64url');
}

/** New contents for a session that has those of its record. @param expiresAt default as before */
export function replacementOf({ key, content, expiresAt: end }: SessionRecord, expiresAt = end): Replacement {
  return { key, expected: content, content: 'new', expiresAt };
}
