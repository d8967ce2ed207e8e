import { type RedisClient, RedisLink, type RedisLinkOptions } from './redis-link.ts';
import { RedisError } from './redis-error.ts';
import { withDeadline } from './with-deadline.ts';

/** What hears a channel. */
export interface RedisListener {
  message(text: string): void;
  /** The channel cannot be heard any more; messages may be missed until `isLive` is true again. */
  lost?(): void;
}

/** A channel that is heard. */
export interface RedisSubscription {
  /** Whether messages arrive at the moment. It becomes true by itself, also after the connection was lost. */
  readonly isLive: boolean;
  close(): void;
}

interface Entry {
  readonly channel: string;
  readonly listener: RedisListener;
  readonly hear: (text: string) => void;
  /** The connection that hears it. */
  client: RedisClient | undefined;
}

/** How often an idle connection must show that it is alive: how long messages may be missed without anybody knowing. */
const PING_INTERVAL = 1_000;

/** Channels over one connection, which can do nothing else. */
export class RedisSubscriptions {
  private readonly entries = new Set<Entry>();
  private readonly link: RedisLink;
  private readonly pings: NodeJS.Timeout;

  constructor(private readonly options: Pick<RedisLinkOptions, 'url' | 'connectTimeout' | 'commandTimeout'>) {
    this.link = new RedisLink({
      ...options,
      connection: 'subscriptions',
      onUp: (client) => this.subscribeAll(client),
      onDown: () => this.lost(),
    });
    this.pings = setInterval(() => this.ping(), PING_INTERVAL).unref();
  }

  add(channel: string, listener: RedisListener): RedisSubscription {
    const hear = (text: string): void => {
      // Messages may arrive until the server has heard that nobody wants them.
      if (this.entries.has(entry)) listener.message(text);
    };
    const entry: Entry = { channel, listener, hear, client: undefined };
    this.entries.add(entry);
    if (this.link.client) this.subscribeAll(this.link.client);
    const { link, entries } = this;
    return {
      get isLive() {
        return entry.client !== undefined && entry.client === link.client;
      },
      close: () => {
        entries.delete(entry);
        const { client } = entry;
        entry.client = undefined;
        if (client && client === link.client) void client.unsubscribe(channel, hear).catch(() => undefined);
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.pings);
    await this.link.close();
  }

  private subscribeAll(client: RedisClient): void {
    for (const entry of this.entries) if (entry.client !== client) void this.subscribe(entry, client);
  }

  private async subscribe(entry: Entry, client: RedisClient): Promise<void> {
    const { channel, hear } = entry;
    try {
      await withDeadline(client.subscribe(channel, hear), this.options.commandTimeout);
      if (this.entries.has(entry)) entry.client = client;
    } catch {
      this.link.drop(client, new RedisError('away', 'a channel could not be subscribed to'));
    }
  }

  private ping(): void {
    const { client } = this.link;
    if (!client) return;
    withDeadline(client.ping(), this.options.commandTimeout).catch(() =>
      this.link.drop(client, new RedisError('timeout', 'no answer to a ping')),
    );
  }

  private lost(): void {
    for (const entry of this.entries) {
      const wasLive = entry.client !== undefined;
      entry.client = undefined;
      if (wasLive) entry.listener.lost?.();
    }
  }
}
