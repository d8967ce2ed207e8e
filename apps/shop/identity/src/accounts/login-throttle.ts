import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '@portico/shop-kit';

/** Failures of one username from one address, and of one address whatever the username, within {@link WINDOW}. */
const MAX_BY_ACCOUNT = 5;
const MAX_BY_ADDRESS = 50;
/** Milliseconds from the first failure after which all is forgotten. */
const WINDOW = 5 * 60 * 1000;
/** Counters held; the oldest makes room. */
const MAX_COUNTERS = 10_000;

interface Counter {
  failures: number;
  readonly until: number;
}

/**
 * Slows down guessing: after 5 failures of a username from an address, or 50 of an address, nothing is tried until 5 minutes after
 * the first of them. An attempt counts as a failure before the password is looked at, so that attempts at the same time count too;
 * success takes it back. The owner of an account, at another address, is not locked out.
 */
@Injectable()
export class LoginThrottle {
  readonly #counters = new Map<string, Counter>();

  constructor(private readonly settings: ServiceSettings) {}

  /** Counts an attempt. @returns milliseconds until the next may be made; 0: this one may */
  attempt(username: string, address: string): number {
    const keys = [accountKey(username, address), address] as const;
    const wait = Math.max(this.#waitOf(keys[0], MAX_BY_ACCOUNT), this.#waitOf(keys[1], MAX_BY_ADDRESS));
    // A refused attempt leaves no counter: with ever new names one client would push out its own.
    if (wait === 0) for (const key of keys) this.#counter(key).failures += 1;
    return wait;
  }

  /** Takes back what {@link attempt} counted. */
  succeeded(username: string, address: string): void {
    this.#counters.delete(accountKey(username, address));
    const counter = this.#counter(address);
    counter.failures = Math.max(0, counter.failures - 1);
  }

  #waitOf(key: string, most: number): number {
    const { failures = 0, until = 0 } = this.#counters.get(key) ?? {};
    return failures >= most ? Math.max(0, until - this.#now()) : 0;
  }

  #counter(key: string): Counter {
    const known = this.#counters.get(key);
    if (known && known.until > this.#now()) return known;
    this.#counters.delete(key);
    if (this.#counters.size >= MAX_COUNTERS) this.#counters.delete(this.#counters.keys().next().value ?? '');
    const counter = { failures: 0, until: this.#now() + WINDOW };
    this.#counters.set(key, counter);
    return counter;
  }

  #now(): number {
    return this.settings.clock.epoch();
  }
}

const accountKey = (username: string, address: string): string => `${address} ${username.toLowerCase()}`;
