import { hkdfSync } from 'node:crypto';
import { openRedis } from '@portico/redis';
import type { AuthSettings } from '../auth-settings.ts';
import { BearerVerifier } from '../bearer/bearer-verifier.ts';
import type { Provider } from '../provider/provider.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { RedisSessionStore } from '../session/redis-session-store.ts';
import type { SessionCipher } from '../session/session-cipher.ts';
import type { SessionCookie } from '../session/session-cookie.ts';
import { createSessions } from '../session/session-service.ts';
import type { Sessions } from '../session/sessions.ts';
import type { UpstreamTokens } from '../tokens/upstream-tokens.ts';
import { BearerDoor } from './bearer.door.ts';
import { SessionDoor } from './session.door.ts';

/**
 * The sessions of a BFF: in Redis, or in memory when there is no `REDIS_URL`.
 *
 * @param name of the BFF: those that share a Redis do not share sessions
 */
export function openSessions(name: string, settings: AuthSettings, cipher: SessionCipher): Sessions {
  const { redisUrl, sessionIdle, sessionLife, sessionMemory: maxBytes, maxUserSessions: mostPerOwner } = settings;
  const store =
    redisUrl === undefined
      ? new MemorySessionStore({ maxBytes, mostPerOwner })
      : new RedisSessionStore({ redis: openRedis(redisUrl), name, mostPerOwner });
  return createSessions({ store, cipher, idle: sessionIdle * 1_000, life: sessionLife * 1_000 });
}

/** The door for browsers. */
export function openSessionDoor(
  cookie: SessionCookie,
  sessions: Sessions,
  provider: Provider,
  tokens: UpstreamTokens,
): SessionDoor {
  return new SessionDoor({ cookie, sessions, provider, tokens });
}

/** What the bearer door is made of. */
export interface BearerDoorParts {
  readonly name: string;
  readonly settings: AuthSettings;
  readonly provider: Provider;
  readonly tokens: UpstreamTokens;
  /** Where replicas remember DPoP proofs together; undefined: each by itself. */
  readonly shared: Pick<Sessions, 'useOnce'> | undefined;
}

/** The door for phones and programs. */
export function openBearerDoor({ name, settings, provider, tokens, shared }: BearerDoorParts): BearerDoor {
  const { issuer, tokenAudience, clockSkew, publicUrl, rolesClaim, dpop, sessionKeys } = settings;
  const verifier = new BearerVerifier({
    realm: name,
    issuer,
    audience: tokenAudience,
    clockSkew,
    publicUrl,
    rolesClaim,
    tokenFormat: settings.tokenFormat,
    tokenType: settings.tokenType,
    dpop,
    keys: provider.keys,
    provider,
    useOnce: shared && ((identifier, ttl) => shared.useOnce('proof', identifier, ttl)),
    nonceKeys: sessionKeys.map(nonceKeyOf),
  });
  return new BearerDoor({ verifier, tokens });
}

/** A key of its own (HKDF, RFC 5869), the same in all replicas that have the same key in `SESSION_KEYS`. */
function nonceKeyOf(key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', 'portico dpop nonce', 32));
}
