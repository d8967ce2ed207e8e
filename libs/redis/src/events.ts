import { channel } from 'node:diagnostics_channel';

/** Message of `portico.redis.status`: a connection came up or went away. */
export interface RedisStatusEvent {
  /** `host:port`. */
  readonly address: string;
  readonly connection: 'commands' | 'subscriptions';
  readonly state: 'connected' | 'away';
  /** Why it is away, one sentence for the log. */
  readonly reason: string | undefined;
}

/** What this library tells whoever subscribes through `node:diagnostics_channel`. */
export const events = { status: channel('portico.redis.status') };
