import { events, type PeerEvent } from '../events.ts';
import { reasonOf } from '../poller.ts';
import { type RegistryAnswer, RegistryClient, type RegistryRequest } from '../registry-client.ts';

/** Milliseconds that one peer gets for one answer. */
const TIMEOUT = 5_000;

/** A question that any peer can answer. */
export interface PeerRequest extends Pick<RegistryRequest, 'method' | 'body' | 'signal'> {
  /** Below the peer's base, `apps/delta`. */
  readonly path: string;
  /** Milliseconds for each peer. Default 5000. */
  readonly timeout?: number;
}

/** What was read, and which peer said it. */
export interface PeerAnswer<T> {
  readonly value: T;
  readonly peer: string;
}

/** The servers that hold the same registry: one is asked as long as it works, then the next. */
export class EurekaPeers {
  private readonly client = new RegistryClient();
  private current = 0;
  /** Peers that were told of as away. */
  private readonly away = new Set<string>();

  /** @param urls base addresses that end with a slash */
  constructor(private readonly urls: readonly string[]) {}

  /**
   * Asks each peer once, beginning with the one that answered last.
   *
   * @param read makes sense of an answer and throws when there is none in it: then the next peer is asked
   * @throws Error that says of each peer why its answer was of no use
   */
  async ask<T>(request: PeerRequest, read: (answer: RegistryAnswer) => T): Promise<PeerAnswer<T>> {
    const failures = new Map<string, string>();
    for (let tried = 0; tried < this.urls.length && !request.signal?.aborted; tried++) {
      const peer = this.urls[this.current]!;
      try {
        const value = read(await this.client.ask(requestTo(peer, request)));
        this.tell(peer, failures);
        return { value, peer };
      } catch (error) {
        // Without user and password.
        failures.set(new URL(peer).host, reasonOf(error));
        this.current = (this.current + 1) % this.urls.length;
      }
    }
    // Short: the reason has room for all peers.
    throw new Error([...failures].map(([host, reason]) => `${host}: ${reason.slice(0, 70)}`).join('; '));
  }

  /** Tells of each peer that did not answer while this one does, once, until it answers again. */
  private tell(answering: string, failures: ReadonlyMap<string, string>): void {
    const { host } = new URL(answering);
    if (this.away.delete(host)) publish(host, 'back', undefined);
    for (const [peer, failure] of failures) {
      if (this.away.has(peer)) continue;
      this.away.add(peer);
      publish(peer, 'away', failure);
    }
  }
}

function publish(peer: string, state: PeerEvent['state'], failure: string | undefined): void {
  events.peer.publish({ kind: 'eureka', peer, state, failure } satisfies PeerEvent);
}

function requestTo(peer: string, { path, timeout = TIMEOUT, ...request }: PeerRequest): RegistryRequest {
  // The default of Eureka is XML.
  return { ...request, url: new URL(path, peer).href, headers: { accept: 'application/json' }, timeout };
}
