import type { Clock } from '@portico/core';
import { Poller } from '../poller.ts';
import type { Registry } from './apply-delta.ts';
import { EurekaPeers } from './eureka-peers.ts';
import { RegistryFetch } from './registry-fetch.ts';

/** A source that reads from a registry. */
export interface RegistryReader {
  /** Milliseconds between two questions; the shortest of all readers counts. */
  readonly interval: number;
  /** The registry answered; this is all it knows. */
  accept(registry: Registry): void;
  /** No peer gave a usable answer. */
  fail(reason: string): void;
}

/** Which registry, and what time and chance it goes by. */
export interface SharedRegistryOptions {
  readonly peers: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
}

/** By clock, so that a test with a clock of its own shares with nobody else. */
const registries = new WeakMap<Clock, Map<string, SharedRegistry>>();

/**
 * Joins the readers of a registry. Eureka answers with all applications, so all sources of a process that ask the same peers share
 * one poll loop: the first reader starts it, the last one to leave ends it.
 *
 * @returns leaves again; harmless when called twice
 */
export function joinRegistry(options: SharedRegistryOptions, reader: RegistryReader): () => void {
  const { clock, peers } = options;
  const ofClock = registries.get(clock) ?? new Map<string, SharedRegistry>();
  registries.set(clock, ofClock);
  const key = peers.join();
  const shared = ofClock.get(key) ?? new SharedRegistry(options);
  ofClock.set(key, shared);
  shared.join(reader);
  return () => {
    if (shared.leave(reader) && ofClock.get(key) === shared) ofClock.delete(key);
  };
}

/** One view of the registry and one poll loop, for all who read it. */
class SharedRegistry {
  private readonly readers = new Set<RegistryReader>();
  private readonly fetch: RegistryFetch;
  private readonly poller: Poller;
  private registry: Registry | undefined;
  private failure: string | undefined;

  constructor({ peers, clock, random }: SharedRegistryOptions) {
    this.fetch = new RegistryFetch(new EurekaPeers(peers), clock);
    this.poller = new Poller({
      poll: (signal) => this.poll(signal),
      onFailure: (why) => this.fail(why),
      clock,
      random,
    });
  }

  join(reader: RegistryReader): void {
    this.readers.add(reader);
    if (this.readers.size === 1) this.poller.start();
    if (this.registry) reader.accept(this.registry);
    if (this.failure !== undefined) reader.fail(this.failure);
  }

  /** Whether that was the last one. */
  leave(reader: RegistryReader): boolean {
    this.readers.delete(reader);
    if (this.readers.size > 0) return false;
    this.poller.close();
    return true;
  }

  private async poll(signal: AbortSignal): Promise<number> {
    const registry = await this.fetch.next(signal);
    this.registry = registry;
    this.failure = undefined;
    for (const reader of this.readers) reader.accept(registry);
    return Math.min(...[...this.readers].map(({ interval }) => interval));
  }

  private fail(reason: string): void {
    this.failure = reason;
    for (const reader of this.readers) reader.fail(reason);
  }
}
