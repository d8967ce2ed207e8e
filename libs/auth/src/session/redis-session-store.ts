import { type Clock, systemClock } from '@portico/core';
import type { Redis, RedisReply, RedisScript, RedisSubscription } from '@portico/redis';
import {
  CREATE,
  LIST,
  READ,
  READ_BY_HANDLE,
  RELEASE,
  REMOVE_ALL,
  REMOVE_ONE,
  REPLACE,
  USE_ONCE,
} from './redis-session-scripts.ts';
import {
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

/** Settings of `RedisSessionStore`. */
export interface RedisSessionStoreOptions {
  /** The store closes it at its own end. */
  readonly redis: Redis;
  /** Name of the BFF: BFFs that share a server do not share sessions. */
  readonly name: string;
  readonly clock?: Clock;
  /**
   * Sessions that one owner may have at the same time. Default `MOST_PER_OWNER`. A lower one than before takes effect by a few
   * sessions at each login.
   */
  readonly mostPerOwner?: number;
  /** Default `SINGLE_USE_ROOMS`. */
  readonly rooms?: typeof SINGLE_USE_ROOMS;
}

type Listener = (handle: string | undefined) => void;

/**
 * Sessions in Redis, which all replicas of a BFF share and which outlive them. The server must not evict keys
 * (`maxmemory-policy noeviction`): an index that is gone would hide its sessions from a logout.
 */
export class RedisSessionStore implements SessionStore {
  private readonly redis: Redis;
  private readonly clock: Clock;
  private readonly mostPerOwner: number;
  private readonly rooms: typeof SINGLE_USE_ROOMS;
  /** Of all keys, and of the channel that names changed sessions. */
  private readonly prefix: string;
  private readonly listeners = new Set<Listener>();
  private readonly subscription: RedisSubscription;

  constructor({ redis, name, ...options }: RedisSessionStoreOptions) {
    this.redis = redis;
    this.clock = options.clock ?? systemClock;
    this.mostPerOwner = options.mostPerOwner ?? MOST_PER_OWNER;
    this.rooms = options.rooms ?? SINGLE_USE_ROOMS;
    this.prefix = `portico:${name}:`;
    this.subscription = redis.subscribe(`${this.prefix}sessions`, {
      message: (handle) => this.tell(handle),
      lost: () => this.tell(undefined),
    });
  }

  get isWatching(): boolean {
    // Who cannot ask must not answer either, or a Redis that is away would be noticed by some and not by others.
    return this.subscription.isLive && this.redis.isConnected;
  }

  async create(record: SessionRecord, idle: number, previous = ''): Promise<readonly string[]> {
    const { key, handle, owner, login = '', content, createdAt, expiresAt } = record;
    const times = [this.now(), createdAt, Math.floor(expiresAt), Math.ceil(idle)];
    const args = [key, handle, owner, login, content, ...times, this.mostPerOwner, previous];
    return (await this.run(CREATE, args)) as readonly string[];
  }

  async read(key: string, slide?: Slide): Promise<StoredSession | undefined> {
    const times = slide ? [this.now(), Math.ceil(slide.idle), Math.ceil(slide.after)] : [this.now(), '', ''];
    return this.storedOf(await this.run(READ, [key, ...times]));
  }

  async readByHandle(handle: string): Promise<StoredSession | undefined> {
    return this.storedOf(await this.run(READ_BY_HANDLE, [handle]));
  }

  async replace({ key, expected, content, expiresAt }: Replacement, idle: number): Promise<boolean> {
    const times = [this.now(), Math.floor(expiresAt), Math.ceil(idle)];
    return (await this.run(REPLACE, [key, expected, content, ...times])) === 1;
  }

  async remove(selection: Selection): Promise<readonly string[]> {
    if ('handle' in selection) {
      return (await this.run(REMOVE_ONE, [selection.owner, selection.handle])) as readonly string[];
    }
    const index = 'login' in selection ? `login:${selection.login}` : `owner:${selection.owner}`;
    // No session has an empty handle.
    const exception = 'except' in selection ? (selection.except ?? '') : '';
    return (await this.run(REMOVE_ALL, [index, exception])) as readonly string[];
  }

  async list(owner: string, most: number, after?: ListPlace): Promise<readonly ListedSession[]> {
    const place = after ? [after.createdAt, after.handle] : ['', ''];
    const replies = (await this.run(LIST, [owner, most, ...place])) as readonly (readonly RedisReply[])[];
    return replies.map((reply) => {
      const [createdAt, handle] = reply.slice(4) as [string, string];
      return { ...this.storedOf(reply)!, place: { createdAt: Number(createdAt), handle } };
    });
  }

  async useOnce(kind: SingleUse, identifier: string, ttl: number): Promise<boolean> {
    const { most, whenFull } = this.rooms[kind];
    const answer = await this.run(USE_ONCE, [kind, identifier, Math.max(1, Math.ceil(ttl)), most, whenFull]);
    if (answer === -1) throw new Error('too many identifiers are in use');
    return answer === 1;
  }

  claim(name: string, claimant: string, ttl: number): Promise<boolean> {
    return this.redis.set(`${this.prefix}claim:${name}`, claimant, { px: Math.max(1, ttl), onlyIfMissing: true });
  }

  async release(name: string, claimant: string): Promise<void> {
    await this.run(RELEASE, [name, claimant]);
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.subscription.close();
    await this.redis.close();
  }

  private run(script: RedisScript, args: readonly (string | number)[]): Promise<RedisReply> {
    return this.redis.run(script, [], [this.prefix, ...args]);
  }

  private storedOf(reply: RedisReply): StoredSession | undefined {
    if (reply === null) return undefined;
    const [key, content, seenAt, left] = reply as [string, string, string, number];
    return { key, content, seenAt: Number(seenAt), idleExpiresAt: this.clock.epoch() + left };
  }

  private now(): number {
    return Math.floor(this.clock.epoch());
  }

  private tell(handle: string | undefined): void {
    for (const listener of this.listeners) listener(handle);
  }
}
