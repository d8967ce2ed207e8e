import { RedisLink } from './redis-link.ts';
import { reasonOf, RedisError } from './redis-error.ts';
import type { RedisScript } from './redis-script.ts';
import { type RedisListener, type RedisSubscription, RedisSubscriptions } from './redis-subscriptions.ts';
import { redisUrlProblem } from './redis-url.ts';
import { withDeadline } from './with-deadline.ts';

/** An answer of Redis. */
export type RedisReply = string | number | null | readonly RedisReply[];

/** How `Redis.set` sets. */
export interface RedisSetOptions {
  /** Milliseconds until the key is gone. */
  readonly px?: number;
  /** Leave a key alone that is there. */
  readonly onlyIfMissing?: boolean;
}

/**
 * A Redis server, or one primary of a managed one (not a cluster: scripts touch keys of several slots). Every method that
 * asks it rejects with a RedisError: at once while there is no connection, after the command deadline when it gives no
 * answer. A command that failed may have been carried out all the same.
 */
export interface Redis {
  /** Whether there is a connection for commands; it is made again by itself. */
  readonly isConnected: boolean;
  get(key: string): Promise<string | undefined>;
  /** False when the key was there and had to be missing. */
  set(key: string, value: string, options?: RedisSetOptions): Promise<boolean>;
  /** Returns how many of the keys were there. */
  delete(...keys: string[]): Promise<number>;
  /** Runs a script in one round trip once the server knows it. */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply>;
  /** Returns how many heard it. */
  publish(channel: string, message: string): Promise<number>;
  /** Hears a channel, over a second connection that all channels share. */
  subscribe(channel: string, listener: RedisListener): RedisSubscription;
  /** Ends the connections once open commands are answered. */
  close(): Promise<void>;
}

/** Deadlines of `openRedis`, in milliseconds. */
export interface RedisOptions {
  /** For a connection, with TLS and greeting. Default 1000. */
  readonly connectTimeout?: number;
  /** For the answer to a command. Default 1000. */
  readonly commandTimeout?: number;
}

/**
 * Connects to Redis in the background and never gives up; commands of the first moment wait for that first attempt. Says on
 * `portico.redis.status` when a connection comes or goes.
 *
 * @param url see `redisUrlProblem`
 * @throws TypeError when the address cannot be used
 */
export function openRedis(url: string, { connectTimeout = 1_000, commandTimeout = 1_000 }: RedisOptions = {}): Redis {
  const problem = redisUrlProblem(url);
  if (problem) throw new TypeError(`the address of Redis ${problem}`);
  return new ConnectedRedis({ url, connectTimeout, commandTimeout });
}

class ConnectedRedis implements Redis {
  private readonly link: RedisLink;
  private subscriptions: RedisSubscriptions | undefined;

  constructor(private readonly options: Required<RedisOptions> & { readonly url: string }) {
    this.link = new RedisLink({ ...options, connection: 'commands' });
  }

  get isConnected(): boolean {
    return this.link.client !== undefined;
  }

  async get(key: string): Promise<string | undefined> {
    return ((await this.send(['GET', key])) as string | null) ?? undefined;
  }

  async set(key: string, value: string, { px, onlyIfMissing = false }: RedisSetOptions = {}): Promise<boolean> {
    const expiry = px === undefined ? [] : ['PX', String(Math.ceil(px))];
    return (await this.send(['SET', key, value, ...expiry, ...(onlyIfMissing ? ['NX'] : [])])) === 'OK';
  }

  async delete(...keys: string[]): Promise<number> {
    return keys.length === 0 ? 0 : ((await this.send(['DEL', ...keys])) as number);
  }

  async run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    try {
      return await this.send(['EVALSHA', script.sha, ...rest]);
    } catch (error) {
      if (!(error instanceof RedisError && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.send(['EVAL', script.source, ...rest]);
    }
  }

  async publish(channel: string, message: string): Promise<number> {
    return (await this.send(['PUBLISH', channel, message])) as number;
  }

  subscribe(channel: string, listener: RedisListener): RedisSubscription {
    this.subscriptions ??= new RedisSubscriptions(this.options);
    return this.subscriptions.add(channel, listener);
  }

  async close(): Promise<void> {
    await Promise.all([this.link.close(), this.subscriptions?.close()]);
  }

  private async send(command: string[]): Promise<RedisReply> {
    if (!this.link.client) await this.link.attempted;
    const { client } = this.link;
    if (!client) throw new RedisError('away', 'there is no connection');
    try {
      return await withDeadline(client.sendCommand<RedisReply>(command), this.options.commandTimeout);
    } catch (error) {
      const failure = redisErrorOf(error);
      // A server that is a replica now, or hangs, is asked anew: the name may lead to another one.
      if (failure.kind === 'timeout' || /^READONLY/.test(failure.message)) this.link.drop(client, failure);
      throw failure;
    }
  }
}

function redisErrorOf(error: unknown): RedisError {
  if (error instanceof RedisError) return error;
  const reason = reasonOf(error);
  // Errors of the server begin with a code in capitals.
  return new RedisError(/^[A-Z]+ /.test(reason) ? 'refused' : 'away', reason);
}
