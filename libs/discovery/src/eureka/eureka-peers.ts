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

  /** @param urls base addresses that end with a slash */
  constructor(private readonly urls: readonly string[]) {}

  /**
   * Asks each peer once, beginning with the one that answered last.
   *
   * @param read makes sense of an answer and throws when there is none in it: then the next peer is asked
   * @throws Error that says of each peer why its answer was of no use
   */
  async ask<T>(request: PeerRequest, read: (answer: RegistryAnswer) => T): Promise<PeerAnswer<T>> {
    const failures: string[] = [];
    for (let tried = 0; tried < this.urls.length && !request.signal?.aborted; tried++) {
      const peer = this.urls[this.current]!;
      try {
        return { value: read(await this.client.ask(requestTo(peer, request))), peer };
      } catch (error) {
        // Without user and password, and short: the reason has room for all peers.
        failures.push(`${new URL(peer).host}: ${reasonOf(error).slice(0, 70)}`);
        this.current = (this.current + 1) % this.urls.length;
      }
    }
    throw new Error(failures.join('; '));
  }
}

function requestTo(peer: string, { path, timeout = TIMEOUT, ...request }: PeerRequest): RegistryRequest {
  // The default of Eureka is XML.
  return { ...request, url: new URL(path, peer).href, headers: { accept: 'application/json' }, timeout };
}
