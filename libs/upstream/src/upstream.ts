import type { UpstreamToken } from '@portico/core';
import { type Call, callBuilder } from './call.ts';
import type { BalancePolicy } from './policies/balance.policy.ts';
import type { BreakerPolicy } from './policies/breaker.policy.ts';
import type { BulkheadPolicy } from './policies/bulkhead.policy.ts';
import type { ConcurrencyLimitPolicy } from './policies/concurrency-limit.policy.ts';
import type { IdentityFields } from './policies/credentials.policy.ts';
import type { EjectionPolicy } from './policies/ejection.policy.ts';
import type { FallbackOptions } from './policies/fallback.policy.ts';
import type { HealthPolicy } from './policies/health.policy.ts';
import type { HedgePolicy } from './policies/hedge.policy.ts';
import type { RetryPolicy } from './policies/retry.policy.ts';

/** How to reach an upstream and how much to trust it. Everything but the URL has a default. */
export interface UpstreamOptions {
  /**
   * Where its instances are, with an optional base path: `http://127.0.0.1:4001`, several separated by commas, `dns://`, `srv://`,
   * `consul://`, `eureka://` or `kubernetes://` (see docs/upstreams.md). The variable `<NAME>_URL` of the environment overrides it.
   */
  readonly url: string;
  /**
   * Address ranges that instances may be in. Default: anywhere but link-local, multicast and reserved for addresses written
   * down; for discovered ones the variable `EGRESS_RANGES`, private networks if unset.
   */
  readonly egress?: readonly string[];
  /** Milliseconds to get a connection, a free one of the pool or a new one. Default 1,000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds from the request sent to the head of the answer, for one attempt; while a body is sent, milliseconds in
   * which the upstream takes none of it. Default 10,000.
   */
  readonly headersTimeout?: number;
  /** Milliseconds between two pieces of the answer's body, while there is somebody to take them. Default 10,000. */
  readonly bodyTimeout?: number;
  /**
   * Sockets to one instance; more calls wait for one, up to `connectTimeout`. Default 48: beyond that, large answers
   * outlive two collections of V8's young heap while they wait for each other, which costs a third more CPU.
   */
  readonly connections?: number;
  /**
   * Milliseconds after which a connection gets no further call and is replaced, so that a name that moved is followed. A call
   * under way is never cut. Each connection's own age is up to a fifth less, by chance. Default 300,000.
   */
  readonly maxConnectionAge?: number;
  /**
   * Milliseconds without a call after which a connection is closed; an upstream that says less (`Keep-Alive: timeout`) is
   * believed. Less than the upstream's own idle time, or calls meet closed connections. Default 4,000.
   */
  readonly maxConnectionIdle?: number;
  /**
   * Long transfers at one time, at all instances together, on connections of their own: bodies that are sent as they come, and
   * answers whose reader is slow. When all places are taken, the slowest of the client that has most of them is ended. A quarter
   * is kept for callers who are logged in. Default 64.
   */
  readonly transfers?: number;
  /** Event streams at one time, on connections of their own; a quarter is kept for callers who are logged in. Default 256. */
  readonly eventStreams?: number;
  /** Milliseconds between two pieces of an event stream, in place of `bodyTimeout`. Default 60,000. */
  readonly eventStreamTimeout?: number;
  /**
   * Bytes a second that a request's body, or an answer that is streamed, must move at, on average over `rateWindow`; slower ones
   * are ended. Event streams have no rate. Default 240; 0: no limit.
   */
  readonly minRate?: number;
  /** Milliseconds over which `minRate` is counted. Default 30,000. */
  readonly rateWindow?: number;
  /** Bytes of the largest answer accepted, streams included. Default 256 MiB. */
  readonly maxResponseBytes?: number;
  /** Bytes of the largest answer's head. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Parse the JSON of parts that are only passed on, to refuse what is not valid. Default false: only that each is one value. */
  readonly validateJson?: boolean;
  /** Which instance gets a call. */
  readonly balance?: Partial<BalancePolicy>;
  /** Active health checks. Default off. */
  readonly health?: Partial<HealthPolicy>;
  /** Leaving out instances whose calls fail. On by default. */
  readonly ejection?: Partial<EjectionPolicy> | false;
  /** On by default: one further attempt within a budget. */
  readonly retry?: Partial<RetryPolicy> | false;
  /** On by default. */
  readonly breaker?: Partial<BreakerPolicy> | false;
  /** On by default. */
  readonly bulkhead?: Partial<BulkheadPolicy> | false;
  /** Default off. */
  readonly concurrencyLimit?: Partial<ConcurrencyLimitPolicy>;
  /** Default off. */
  readonly hedge?: Partial<HedgePolicy>;
  /**
   * Identical GETs under way share one call, each principal's for itself; clients without credentials and cookies are one. Not
   * for answers that depend on the client's address, unless they say `private`. Default off.
   */
  readonly coalesce?: boolean;
  /** Default off. */
  readonly fallback?: FallbackOptions;
  /** Header that tells the upstream how many milliseconds are left for its answer; false for none. Default `x-timeout-ms`. */
  readonly timeLeftHeader?: string | false;
  /**
   * Which access token its calls carry: the least that it needs. `user` and `exchange` need a user, so no public route may call
   * it; all but `none` need AuthModule. Default `none`.
   */
  readonly token?: UpstreamToken;
  /** Header fields that tell it who the user is, from the gateway only: `{ 'x-user-id': 'sub' }`. Default none. */
  readonly claims?: IdentityFields;
}

/** An upstream as data: what `upstreams.ts` of a BFF lists. It opens no connection; `buildUpstreams` does at boot. */
export interface Upstream {
  readonly name: string;
  readonly options: UpstreamOptions;
  /**
   * Describes a GET, without sending it: `` catalog.get<Product>`/products/${id}` ``. The path starts with `/`; every
   * value is percent-encoded, lists are joined by commas, and a value that would be a dot segment is refused.
   */
  get<T>(path: TemplateStringsArray, ...values: ReadonlyArray<string | number | readonly (string | number)[]>): Call<T>;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/**
 * Names an upstream.
 *
 * @param name lower-case letters, digits and `-`; appears in logs, metrics and as `<NAME>_URL`
 * @throws TypeError when the name does not fit
 */
export function defineUpstream(name: string, options: UpstreamOptions): Upstream {
  if (!NAME.test(name)) throw new TypeError(`upstream name "${name}" must match ${NAME}`);
  return { name, options: Object.freeze({ ...options }), get: callBuilder(name) };
}
