import type { OpenedSession, Renewal, Sessions } from '../../src/session/sessions.ts';
import type { Session, SessionTokens } from '../../src/session/session.ts';
import { SessionCipher } from '../../src/session/session-cipher.ts';
import { createSessions, type SessionsOptions } from '../../src/session/session-service.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { loginOf, tokensUntil } from './new-session.ts';
import { openPair, type OpenWorld, type StoreWorld } from './store-world.ts';

/** Two replicas of a BFF, `here` and `there`, over one kind of store. */
export interface Replicas {
  readonly world: StoreWorld;
  readonly here: Sessions;
  readonly there: Sessions;
  /** What `here` keeps its sessions in. */
  readonly storeHere: SessionStore;
  /** One more replica over a store. */
  readonly sessionsOver: (store: SessionStore, about?: Partial<SessionsOptions>) => Sessions;
  /** Tokens whose access token lasts so many milliseconds from now. Default five minutes. */
  readonly tokens: (life?: number) => SessionTokens;
  /** Begins a session `here`. */
  readonly login: (subject?: string, life?: number) => Promise<OpenedSession>;
  /** The answer of a provider that gives new tokens to the same user. */
  readonly renewalOf: (session: Session) => Renewal;
}

export async function openReplicas(openWorld: OpenWorld): Promise<Replicas> {
  const { world, store: storeHere, other: storeThere } = await openPair(openWorld);
  const cipher = SessionCipher.random();
  const sessionsOver: Replicas['sessionsOver'] = (store, about = {}) =>
    createSessions({ store, cipher, clock: world.clock, ...about });
  const here = sessionsOver(storeHere);
  const there = sessionsOver(storeThere);
  const tokens = (life = 300_000): SessionTokens => tokensUntil(world.clock.epoch(), life);
  return {
    world,
    here,
    there,
    storeHere,
    sessionsOver,
    tokens,
    login: (subject = 'alice', life) => here.begin(loginOf(subject, tokens(life))),
    renewalOf: ({ principal }) => ({ principal, tokens: tokens() }),
  };
}
