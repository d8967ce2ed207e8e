import { setTimeout as pause } from 'node:timers/promises';
import type { RedisClientType } from '@redis/client';
import { events, type RedisStatusEvent } from './events.ts';
import { reasonOf, RedisError } from './redis-error.ts';
import { redisAddress } from './redis-url.ts';
import { withDeadline } from './with-deadline.ts';

/** A connection that is up. */
export type RedisClient = RedisClientType;

/** How a link connects and what it tells; times are milliseconds. */
export interface RedisLinkOptions {
  readonly url: string;
  readonly connection: RedisStatusEvent['connection'];
  /** TCP, TLS and the greeting together. */
  readonly connectTimeout: number;
  /** For closing in good order. */
  readonly commandTimeout: number;
  readonly onUp?: (client: RedisClient) => void;
  readonly onDown?: () => void;
}

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;

/**
 * One connection that is made again for as long as it takes. The client's own reconnecting is off: it has no deadline for the
 * greeting, so a server that hangs would be waited for without end.
 */
export class RedisLink {
  /** Undefined while there is no connection. */
  client: RedisClient | undefined;
  /** Settled once the first attempt to connect has ended, well or not. */
  readonly attempted: Promise<void>;
  private readonly closing = new AbortController();
  private readonly running: Promise<void>;
  private state: RedisStatusEvent['state'] | undefined;
  private lose: (reason: unknown) => void = () => undefined;

  constructor(private readonly options: RedisLinkOptions) {
    let settle = (): void => undefined;
    this.attempted = new Promise((resolve) => (settle = resolve));
    this.running = this.run(settle);
  }

  /** Gives up a connection that does not answer; a new one is made. */
  drop(client: RedisClient, reason: RedisError): void {
    if (client === this.client) this.lose(reason);
  }

  /** Ends the connection once its commands are answered, or are overdue. */
  async close(): Promise<void> {
    const { client } = this;
    this.closing.abort();
    if (client) await withDeadline(client.close(), this.options.commandTimeout).catch(() => undefined);
    this.lose(new RedisError('away', 'the connection was closed here'));
    await this.running;
  }

  private async run(settle: () => void): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted; failures++) {
      const wasUp = await this.connectOnce(settle);
      if (wasUp) failures = 0;
      const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
      // Replicas that lost the same server must not come back in step.
      await pause(longest * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Connects, and stays until the connection is lost; whether there was one. */
  private async connectOnce(settle: () => void): Promise<boolean> {
    const { url, connectTimeout } = this.options;
    // Before anything is waited for: whoever closes meanwhile must be heard.
    let lose: (reason: unknown) => void = () => undefined;
    const lost = new Promise<unknown>((resolve) => (lose = resolve));
    this.lose = lose;
    let client: RedisClient | undefined;
    try {
      client = await createClient(url, connectTimeout);
      if (this.closing.signal.aborted) return false;
      client.on('error', lose);
      client.on('end', () => lose(new RedisError('away', 'the connection was closed')));
      await withDeadline(
        Promise.race([client.connect(), lost.then((reason) => Promise.reject(reason))]),
        connectTimeout,
      );
      this.up(client);
      settle();
      this.down(await lost);
      return true;
    } catch (error) {
      this.down(error);
      return false;
    } finally {
      settle();
      client?.destroy();
    }
  }

  private up(client: RedisClient): void {
    this.client = client;
    this.publish('connected', undefined);
    this.options.onUp?.(client);
  }

  private down(reason: unknown): void {
    const wasUp = this.client !== undefined;
    this.client = undefined;
    if (!this.closing.signal.aborted) this.publish('away', reasonOf(reason));
    if (wasUp) this.options.onDown?.();
  }

  private publish(state: RedisStatusEvent['state'], reason: string | undefined): void {
    if (state === this.state) return;
    this.state = state;
    const { url, connection } = this.options;
    events.status.publish({ address: redisAddress(url), connection, state, reason } satisfies RedisStatusEvent);
  }
}

/** The client is 479 files, which a process without a Redis must not read at its start. */
async function createClient(url: string, connectTimeout: number): Promise<RedisClient> {
  const library = await import('@redis/client');
  return library.createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    maintNotifications: 'disabled',
    socket: { connectTimeout, reconnectStrategy: false },
  }) as RedisClient;
}
