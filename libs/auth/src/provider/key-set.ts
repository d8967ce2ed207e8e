import { BffError, type Clock, systemClock } from '@portico/core';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { boundedFetch, ProviderFault } from './bounded-fetch.ts';
import { withoutSecrets } from './provider-error.ts';

/** Where a provider's keys are and how often it may be asked for them. */
export interface KeySetOptions {
  /** `jwks_uri` of discovery; asked before each load, so that a BFF starts without its provider. */
  readonly url: () => Promise<URL>;
  /** Milliseconds for one load. Default 5000. */
  readonly timeout?: number;
  /** Milliseconds after a load during which an unknown key makes no other one. Default 30000. */
  readonly coolDown?: number;
  /** Milliseconds after which keys are loaded anew before they are used. Default 600000. */
  readonly maxAge?: number;
  /** Default the machine's clock. */
  readonly clock?: Clock;
}

/** Short, because everybody waits for the provider to come back; long enough not to hinder it. */
const PAUSE_AFTER_FAILURE = 1000;

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/**
 * The public keys of an identity provider (RFC 7517), loaded when they are first needed, when they are old, and when a
 * token names one that is not among them. jose's own `createRemoteJWKSet` asks again at every token while loads fail.
 */
export class KeySet {
  private readonly settings: Required<KeySetOptions>;
  private readonly fetch: ReturnType<typeof boundedFetch>;
  private keys: LocalKeys | undefined;
  private loadedAt = -Infinity;
  private failedAt = -Infinity;
  private failure: unknown;
  private loading: Promise<LocalKeys> | undefined;

  constructor(options: KeySetOptions) {
    this.settings = { timeout: 5000, coolDown: 30_000, maxAge: 600_000, clock: systemClock, ...options };
    this.fetch = boundedFetch(this.settings.timeout);
  }

  /**
   * The key for a token's header, as jose's `jwtVerify` asks for it. Keys for encryption and private ones are never it, and
   * what the header itself brings (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
   *
   * @throws JOSEError when there is no such key
   * @throws BffError `identity-provider-unavailable` when the keys cannot be had
   */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    const keys = this.keys && this.ageOfKeys() < this.settings.maxAge ? this.keys : await this.load();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!isUnknownKey(error) || this.ageOfKeys() < this.settings.coolDown) throw error;
      return (await this.load())(header, token);
    }
  };

  private ageOfKeys(): number {
    return this.settings.clock.now() - this.loadedAt;
  }

  private load(): Promise<LocalKeys> {
    this.loading ??= this.loadOnce().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async loadOnce(): Promise<LocalKeys> {
    const { clock } = this.settings;
    if (clock.now() - this.failedAt < PAUSE_AFTER_FAILURE) throw unavailable(this.failure);
    try {
      this.keys = createLocalJWKSet(await this.download());
      this.loadedAt = clock.now();
      return this.keys;
    } catch (error) {
      this.failedAt = clock.now();
      this.failure = error;
      throw error instanceof BffError ? error : unavailable(error);
    }
  }

  private async download(): Promise<JSONWebKeySet> {
    const url = await this.settings.url();
    const headers = { accept: 'application/json, application/jwk-set+json' };
    const answer = await this.fetch(url.href, { method: 'GET', headers, body: null, redirect: 'manual' });
    if (answer.status !== 200) throw new ProviderFault(`its keys were answered with ${answer.status}`);
    const keySet = (await answer.json()) as JSONWebKeySet;
    // A provider that has no key at all is not ready; all tokens would be refused for a whole cool-down.
    if (keySet.keys.length === 0) throw new ProviderFault('its key set is empty');
    return keySet;
  }
}

function isUnknownKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ERR_JWKS_NO_MATCHING_KEY';
}

function unavailable(error: unknown): BffError {
  return new BffError('identity-provider-unavailable', {
    detail: 'The keys of the identity provider cannot be had.',
    cause: withoutSecrets(error, 'keys'),
  });
}
