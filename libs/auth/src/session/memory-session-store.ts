import { type Clock, systemClock, type Timer } from '@portico/core';
import { MemoryClaims } from './memory-claims.ts';
import { MemorySingleUse } from './memory-single-use.ts';
import { MultiMap } from './multi-map.ts';
import {
  type Replacement,
  type Selection,
  type SessionRecord,
  type SessionStore,
  SINGLE_USE_ROOMS,
  type SingleUse,
  type Slide,
  type StoredSession,
} from './session-store.ts';

interface Entry extends SessionRecord {
  seenAt: number;
  idleExpiresAt: number;
}

/** Settings of `MemorySessionStore`. */
export interface MemorySessionStoreOptions {
  readonly clock?: Clock;
  /** Sessions kept at most; one more ends the one that was unused for longest. Default 100 000. */
  readonly maxSessions?: number;
  /** Locks held at the same time at most; one more is refused with an error. Default 100 000. */
  readonly maxClaims?: number;
  /** Default `SINGLE_USE_ROOMS`. */
  readonly rooms?: typeof SINGLE_USE_ROOMS;
}

const SWEEP_INTERVAL = 30_000;

/** Sessions in the memory of one process: they end with it, and a second replica does not know them. */
export class MemorySessionStore implements SessionStore {
  readonly isWatching = true;
  private readonly clock: Clock;
  private readonly maxSessions: number;
  /** By key, the one that was unused for longest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly keysByHandle = new Map<string, string>();
  private readonly keysByOwner = new MultiMap();
  private readonly keysByLogin = new MultiMap();
  private readonly claims: MemoryClaims;
  private readonly used: Readonly<Record<SingleUse, MemorySingleUse>>;
  private readonly listeners = new Set<(handle: string) => void>();
  private timer: Timer;

  constructor(options: MemorySessionStoreOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.maxSessions = options.maxSessions ?? 100_000;
    this.claims = new MemoryClaims(this.clock, options.maxClaims ?? 100_000);
    const { login, logout, proof } = options.rooms ?? SINGLE_USE_ROOMS;
    this.used = {
      login: new MemorySingleUse(this.clock, login),
      logout: new MemorySingleUse(this.clock, logout),
      proof: new MemorySingleUse(this.clock, proof),
    };
    this.timer = this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }

  /** Sessions held at the moment, those included that no sweep has taken away yet. */
  get size(): number {
    return this.entries.size;
  }

  async create(record: SessionRecord, idle: number, previous?: string): Promise<void> {
    const succeeded = previous !== undefined && this.alive(previous);
    if (succeeded) this.drop(succeeded);
    const [oldest] = this.entries.values();
    if (oldest && this.entries.size >= this.maxSessions) this.drop(oldest);
    this.put({ ...record, ...this.useOf(record.expiresAt, idle) });
    this.keysByHandle.set(record.handle, record.key);
    this.keysByOwner.add(record.owner, record.key);
    if (record.login !== undefined) this.keysByLogin.add(record.login, record.key);
  }

  async read(key: string, slide?: Slide): Promise<StoredSession | undefined> {
    const entry = this.alive(key);
    if (!entry || !slide) return entry;
    const slid = this.clock.epoch() - entry.seenAt >= slide.after ? this.useOf(entry.expiresAt, slide.idle) : undefined;
    return this.put({ ...entry, ...slid });
  }

  async readByHandle(handle: string): Promise<StoredSession | undefined> {
    return this.alive(this.keysByHandle.get(handle) ?? '');
  }

  async replace({ key, expected, content, expiresAt }: Replacement, idle: number): Promise<boolean> {
    const entry = this.alive(key);
    if (entry?.content !== expected) return false;
    const idleExpiresAt = Math.min(Math.max(entry.idleExpiresAt, entry.seenAt + idle), expiresAt);
    this.entries.set(key, { ...entry, content, expiresAt, idleExpiresAt });
    this.tell(entry.handle);
    return true;
  }

  async remove(selection: Selection): Promise<readonly string[]> {
    const chosen = this.select(selection);
    for (const entry of chosen) this.drop(entry);
    return chosen.map(({ handle }) => handle);
  }

  async list(owner: string): Promise<readonly StoredSession[]> {
    return this.aliveOf(this.keysByOwner.get(owner));
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
    this.timer.cancel();
  }

  private select(selection: Selection): Entry[] {
    if ('login' in selection) return this.aliveOf(this.keysByLogin.get(selection.login));
    const own = this.aliveOf(this.keysByOwner.get(selection.owner));
    return 'handle' in selection
      ? own.filter(({ handle }) => handle === selection.handle)
      : own.filter(({ handle }) => handle !== selection.except);
  }

  private aliveOf(keys: Iterable<string>): Entry[] {
    return [...keys].map((key) => this.alive(key)).filter((entry) => entry !== undefined);
  }

  private alive(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (!entry || entry.idleExpiresAt > this.clock.epoch()) return entry;
    this.drop(entry);
    return undefined;
  }

  private useOf(expiresAt: number, idle: number): Pick<Entry, 'seenAt' | 'idleExpiresAt'> {
    const seenAt = this.clock.epoch();
    return { seenAt, idleExpiresAt: Math.min(seenAt + idle, expiresAt) };
  }

  private put(entry: Entry): Entry {
    this.entries.delete(entry.key);
    this.entries.set(entry.key, entry);
    return entry;
  }

  private drop(entry: Entry): void {
    this.entries.delete(entry.key);
    this.keysByHandle.delete(entry.handle);
    this.keysByOwner.delete(entry.owner, entry.key);
    if (entry.login !== undefined) this.keysByLogin.delete(entry.login, entry.key);
    this.tell(entry.handle);
  }

  private tell(handle: string): void {
    for (const listener of this.listeners) listener(handle);
  }

  private sweep(): void {
    for (const key of this.entries.keys()) this.alive(key);
    this.claims.sweep();
    for (const used of Object.values(this.used)) used.sweep();
    this.timer = this.clock.after(SWEEP_INTERVAL, () => this.sweep());
  }
}
