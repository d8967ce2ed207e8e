import type { Principal } from '@portico/core';
import { tellReplaced } from '../provider/replaced-failure.ts';
import type { Session } from './session.ts';
import type { SessionCipher } from './session-cipher.ts';
import type { StoredSession } from './session-store.ts';

/** Goes up when sessions that are written cannot be read by the release before: those are then no sessions any more. */
const FORMAT = 1;

/** What is encrypted: all but the times that a mere use changes. */
type Contents = Omit<Session, 'principal' | 'lastSeenAt' | 'idleExpiresAt'> & {
  readonly format: typeof FORMAT;
  readonly principal: Omit<Principal, 'roles' | 'scopes'> & {
    readonly roles: readonly string[];
    readonly scopes: readonly string[];
  };
};

/** Turns sessions into what a store keeps, and back. */
export class SessionCodec {
  constructor(private readonly cipher: SessionCipher) {}

  /** @param key of the record; contents that are moved to another record cannot be read there */
  encode(session: Session, key: string): string {
    const { lastSeenAt: _lastSeenAt, idleExpiresAt: _idleExpiresAt, ...rest } = session;
    const { roles, scopes } = session.principal;
    const principal = { ...session.principal, roles: [...roles], scopes: [...scopes] };
    const contents: Contents = { ...rest, format: FORMAT, principal };
    return this.cipher.seal(JSON.stringify(contents), `session ${key}`);
  }

  /** Undefined for what cannot be read: keys that are gone, another format, or somebody has tampered with it. */
  decode({ key, content, seenAt, idleExpiresAt }: StoredSession): Session | undefined {
    const text = this.cipher.open(content, `session ${key}`);
    if (text === undefined) {
      tellReplaced('a session in the store (it counts as none)', new Error('no key of SESSION_KEYS opens it'));
      return undefined;
    }
    const { format, ...contents } = JSON.parse(text) as Contents;
    if (format !== FORMAT) return undefined;
    return freezeSession({
      ...contents,
      principal: principalOf(contents.principal),
      lastSeenAt: seenAt,
      idleExpiresAt: Math.min(idleExpiresAt, contents.expiresAt),
    });
  }
}

/** Freezes a session and what it is made of. */
export function freezeSession(session: Session): Session {
  Object.freeze(session.principal);
  Object.freeze(session.tokens);
  Object.freeze(session.device);
  return Object.freeze(session);
}

/** JSON leaves out what is undefined; a principal has all its properties always. */
function principalOf(stored: Contents['principal']): Principal {
  return {
    id: stored.id,
    issuer: stored.issuer,
    subject: stored.subject,
    door: stored.door,
    clientId: stored.clientId,
    roles: new Set(stored.roles),
    scopes: new Set(stored.scopes),
    acr: stored.acr,
    authTime: stored.authTime,
    claims: Object.freeze(stored.claims),
    session: stored.session,
  };
}
