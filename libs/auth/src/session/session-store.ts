/** A session as a store keeps it: nothing in it can be read or used without the keys of `SessionCipher`. */
export interface SessionRecord {
  /** SHA-256 of the secret in the cookie. */
  readonly key: string;
  /** `Session.handle`. */
  readonly handle: string;
  /** Digest of the principal's id: the index of who has which sessions. */
  readonly owner: string;
  /** Digest of issuer and `sid`: the index of logins at the provider. Undefined when the provider named none. */
  readonly login: string | undefined;
  /** The encrypted contents, in ASCII. */
  readonly content: string;
  /** When it was begun, whole milliseconds since 1970: what lists are in the order of. */
  readonly createdAt: number;
  /** The absolute end, milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a store gives back of a session that is alive. */
export interface StoredSession {
  readonly key: string;
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
  /** Milliseconds since 1970. */
  readonly idleExpiresAt: number;
}

/** A place in the list of an owner's sessions, which is in the order of `createdAt` and then of the handles, the last one first. */
export interface ListPlace {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly handle: string;
}

/** The order of lists: below 0 when `one` comes before `other`. Handles are compared as Redis sorts them, by their ASCII. */
export function comparePlaces(one: ListPlace, other: ListPlace): number {
  if (one.createdAt !== other.createdAt) return other.createdAt - one.createdAt;
  return one.handle === other.handle ? 0 : one.handle < other.handle ? 1 : -1;
}

/** A session with where it stands in the list. */
export interface ListedSession extends StoredSession {
  readonly place: ListPlace;
}

/** Sessions that one owner may have at the same time unless a setting says otherwise. */
export const MOST_PER_OWNER = 100;

/** How a use moves the idle end of a session. */
export interface Slide {
  /** Milliseconds that a session lasts without use. */
  readonly idle: number;
  /** Milliseconds after the last move within which a use moves nothing, so that not every read is a write. */
  readonly after: number;
}

/** Other contents for a session, as far as nobody else has changed it meanwhile. */
export interface Replacement {
  readonly key: string;
  /** The contents that the new ones were made from. */
  readonly expected: string;
  readonly content: string;
  readonly expiresAt: number;
}

/** Which sessions end: one by handle and owner, all of an owner, or those of a login at the provider. */
export type Selection =
  | { readonly handle: string; readonly owner: string }
  | { readonly owner: string; readonly except: string | undefined }
  | { readonly login: string };

/** Kinds of identifiers that are good once. */
export type SingleUse =
  /** States of logins that came back: anybody can use up as many as they like. */
  | 'login'
  /** `jti` of logout tokens, which the identity provider signs. */
  | 'logout'
  /** `jti` of DPoP proofs, which come with an access token that is good. */
  | 'proof';

/** How many identifiers of a kind are remembered, and what happens to one more. */
export interface SingleUseRoom {
  readonly most: number;
  /** `forget`: the oldest one goes, and could be used again. `refuse`: the new one cannot be used. */
  readonly whenFull: 'forget' | 'refuse';
}

/**
 * The room of each kind. What one kind is full of takes nothing from another, nor from locks. Logins and logouts forget: who fills
 * their room must not keep others from logging in or out, and behind them the provider takes no code twice and a logout that is
 * replayed ends nothing but sessions. Proofs have nobody behind them; their room is more than a process can check in their life.
 */
export const SINGLE_USE_ROOMS: Readonly<Record<SingleUse, SingleUseRoom>> = {
  login: { most: 100_000, whenFull: 'forget' },
  logout: { most: 100_000, whenFull: 'forget' },
  proof: { most: 500_000, whenFull: 'refuse' },
};

/**
 * Where sessions live. Every method may reject, with any error, when the store cannot be asked; none waits longer than
 * its deadline. Sessions that are past their idle or absolute end are not there, and neither are their index entries.
 */
export interface SessionStore {
  /** Whether every change by any replica is heard at the moment; copies are worth nothing when it is not. */
  readonly isWatching: boolean;
  /**
   * Keeps a session, and ends the one with the key `previous`, if there is one, in the same step. An owner who has as many as
   * one may have loses the session that would end first. The work of it does not grow with the sessions of the owner.
   *
   * @returns the handles of the sessions that ended for want of room; `previous` is none of them
   */
  create(record: SessionRecord, idle: number, previous?: string): Promise<readonly string[]>;
  /** One round trip at most. Without `slide` the idle end stays. */
  read(key: string, slide?: Slide): Promise<StoredSession | undefined>;
  /** As `read` without a slide, found by handle. */
  readByHandle(handle: string): Promise<StoredSession | undefined>;
  /**
   * Compare and swap; false when the session is gone or its contents are not the expected ones. It is no use of the session:
   * the idle end becomes what the last use earns under the new absolute end.
   */
  replace(replacement: Replacement, idle: number): Promise<boolean>;
  /** Ends sessions. Returns their handles. */
  remove(selection: Selection): Promise<readonly string[]>;
  /**
   * The sessions of an owner, the newest first, `most` at most.
   *
   * @param after the place that they stand behind, whether its session is still there or not. Default the beginning
   */
  list(owner: string, most: number, after?: ListPlace): Promise<readonly ListedSession[]>;
  /** Uses an identifier up for `ttl` milliseconds; false when it was used before. */
  useOnce(kind: SingleUse, identifier: string, ttl: number): Promise<boolean>;
  /** Takes a lock by name for `ttl` milliseconds, unless somebody has it. */
  claim(name: string, claimant: string, ttl: number): Promise<boolean>;
  /** Gives a lock back, if it is still this claimant's. */
  release(name: string, claimant: string): Promise<void>;
  /** Calls `listener` with the handle of each session that ended or changed on any replica, undefined when changes may have been missed. */
  onChange(listener: (handle: string | undefined) => void): () => void;
  close(): Promise<void>;
}
