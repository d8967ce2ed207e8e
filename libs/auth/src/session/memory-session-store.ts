import { getHeapStatistics } from 'node:v8';
import { BffError, type Clock, systemClock } from '@portico/core';
import { MemoryClaims } from './memory-claims.ts';
import { bytesOf, MemorySessionTable, type SessionEntry } from './memory-session-table.ts';
import { MemorySingleUse } from './memory-single-use.ts';
import {
  comparePlaces,
  type ListedSession,
  type ListPlace,
  MOST_PER_OWNER,
  type Replacement,
  type Selection,
  type SessionRecord,
  type SessionStore,
  SINGLE_USE_ROOMS,
  type SingleUse,
  type Slide,
  type StoredSession,
} from './session-store.ts';
import { SlicedSweep } from './sliced-sweep.ts';

/** Settings of `MemorySessionStore`. */
export interface MemorySessionStoreOptions {
  readonly clock?: Clock;
  /** About as many bytes as sessions may hold; a login for which there is no room is refused. Default `sessionMemory()`. */
  readonly maxBytes?: number;
  /** Sessions that one owner may have at the same time. Default `MOST_PER_OWNER`. A login of one who has as many takes time in proportion. */
  readonly mostPerOwner?: number;
  /** Locks held at the same time at most; one more is refused with an error. Default 100 000. */
  readonly maxClaims?: number;
  /** Default `SINGLE_USE_ROOMS`. */
  readonly rooms?: typeof SINGLE_USE_ROOMS;
}

/** The part of the memory that logins fill; the rest is for sessions whose contents grow when their tokens are renewed. */
const FOR_LOGINS = 7 / 8;

/** Bytes that sessions may hold unless a setting says otherwise: a quarter of what Node gives to this process. */
export function sessionMemory(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / 4);
}

/** Sessions in the memory of one process: they end with it, and a second replica does not know them. */
export class MemorySessionStore implements SessionStore {
  readonly isWatching = true;
  private readonly clock: Clock;
  private readonly maxBytes: number;
  private readonly mostPerOwner: number;
  private readonly sessions: MemorySessionTable;
  private readonly claims: MemoryClaims;
  private readonly used: Readonly<Record<SingleUse, MemorySingleUse>>;
  private readonly listeners = new Set<(handle: string) => void>();
  private readonly sweep: SlicedSweep;

  constructor(options: MemorySessionStoreOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.maxBytes = options.maxBytes ?? sessionMemory();
    this.mostPerOwner = options.mostPerOwner ?? MOST_PER_OWNER;
    this.sessions = new MemorySessionTable(this.clock, (handle) => this.tell(handle));
    this.claims = new MemoryClaims(this.clock, options.maxClaims ?? 100_000);
    const { login, logout, proof } = options.rooms ?? SINGLE_USE_ROOMS;
    this.used = {
      login: new MemorySingleUse(this.clock, login),
      logout: new MemorySingleUse(this.clock, logout),
      proof: new MemorySingleUse(this.clock, proof),
    };
    this.sweep = new SlicedSweep(this.clock, () => this.sweepAll());
  }

  /** Sessions held at the moment, those included that no sweep has taken away yet. */
  get size(): number {
    return this.sessions.size;
  }

  /** @throws BffError `sessions-unavailable` when there is no room */
  async create(record: SessionRecord, idle: number, previous?: string): Promise<readonly string[]> {
    this.sessions.dropSome();
    const succeeded = previous === undefined ? undefined : this.sessions.get(previous);
    const ended = this.tooManyOf(record.owner, succeeded);
    const leaving = succeeded ? [succeeded, ...ended] : ended;
    const freed = leaving.reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (this.sessions.bytes - freed + bytesOf(record) > this.maxBytes * FOR_LOGINS) throw full(this.maxBytes);
    for (const entry of leaving) this.sessions.drop(entry);
    this.sessions.add({ ...record, ...this.useOf(record.expiresAt, idle) });
    return ended.map(({ handle }) => handle);
  }

  async read(key: string, slide?: Slide): Promise<StoredSession | undefined> {
    const entry = this.sessions.get(key);
    if (!entry || !slide) return entry;
    const slid = this.clock.epoch() - entry.seenAt >= slide.after ? this.useOf(entry.expiresAt, slide.idle) : undefined;
    const used = { ...entry, ...slid };
    this.sessions.replace(used, true);
    return used;
  }

  async readByHandle(handle: string): Promise<StoredSession | undefined> {
    return this.sessions.byHandle(handle);
  }

  /** @throws BffError `sessions-unavailable` when the new contents are larger and there is no room for them */
  async replace({ key, expected, content, expiresAt }: Replacement, idle: number): Promise<boolean> {
    const entry = this.sessions.get(key);
    if (entry?.content !== expected) return false;
    const growth = content.length - expected.length;
    if (growth > 0 && this.sessions.bytes + growth > this.maxBytes) throw full(this.maxBytes);
    const idleExpiresAt = Math.min(Math.max(entry.idleExpiresAt, entry.seenAt + idle), expiresAt);
    this.sessions.replace({ ...entry, content, expiresAt, idleExpiresAt }, false);
    this.tell(entry.handle);
    return true;
  }

  async remove(selection: Selection): Promise<readonly string[]> {
    const chosen = this.select(selection);
    for (const entry of chosen) this.sessions.drop(entry);
    return chosen.map(({ handle }) => handle);
  }

  async list(owner: string, most: number, after?: ListPlace): Promise<readonly ListedSession[]> {
    return this.sessions
      .ofOwner(owner)
      .map((entry) => ({ ...entry, place: { createdAt: entry.createdAt, handle: entry.handle } }))
      .filter(({ place }) => after === undefined || comparePlaces(after, place) < 0)
      .sort((one, other) => comparePlaces(one.place, other.place))
      .slice(0, most);
  }

  async useOnce(kind: SingleUse, identifier: string, ttl: number): Promise<boolean> {
    return this.used[kind].use(identifier, ttl);
  }

  async claim(name: string, claimant: string, ttl: number): Promise<boolean> {
    return this.claims.claim(name, claimant, ttl);
  }

  async release(name: string, claimant: string): Promise<void> {
    this.claims.release(name, claimant);
  }

  onChange(listener: (handle: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.sweep.close();
  }

  /** Those that have to go for one more of an owner, beside the one that it succeeds: those that would end first. */
  private tooManyOf(owner: string, succeeded: SessionEntry | undefined): SessionEntry[] {
    if (this.sessions.countOf(owner) < this.mostPerOwner) return [];
    const own = this.sessions.ofOwner(owner).filter((entry) => entry !== succeeded);
    own.sort((one, other) => one.idleExpiresAt - other.idleExpiresAt);
    return own.slice(0, Math.max(0, own.length - this.mostPerOwner + 1));
  }

  private select(selection: Selection): SessionEntry[] {
    if ('login' in selection) return this.sessions.ofLogin(selection.login);
    if (!('handle' in selection)) {
      return this.sessions.ofOwner(selection.owner).filter(({ handle }) => handle !== selection.except);
    }
    const entry = this.sessions.byHandle(selection.handle);
    return entry?.owner === selection.owner ? [entry] : [];
  }

  private useOf(expiresAt: number, idle: number): Pick<SessionEntry, 'seenAt' | 'idleExpiresAt'> {
    const seenAt = this.clock.epoch();
    return { seenAt, idleExpiresAt: Math.min(seenAt + idle, expiresAt) };
  }

  private tell(handle: string): void {
    for (const listener of this.listeners) listener(handle);
  }

  private *sweepAll(): Generator<void> {
    yield* this.sessions.sweep();
    yield* this.claims.sweep();
    for (const used of Object.values(this.used)) yield* used.sweep();
  }
}

function full(maxBytes: number): BffError {
  return new BffError('sessions-unavailable', {
    detail: 'There are too many sessions just now. Try again later.',
    headers: { 'retry-after': '30' },
    cause: new Error(`sessions fill SESSION_MEMORY (${maxBytes} bytes): raise it, or share sessions by REDIS_URL`),
  });
}
