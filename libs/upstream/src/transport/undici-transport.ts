import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { BffError, type Clock, systemClock } from '@portico/core';
import type { Egress, Instance } from '@portico/discovery';
import { buildConnector } from 'undici';
import type { Send } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { type LongCalls, openLongCalls } from '../transfers/long-calls.ts';
import { AfterTurn } from './after-turn.ts';
import { Connection } from './connection.ts';
import { ConnectionPlaces } from './connection-places.ts';
import type { Connections } from './connections.ts';
import { ElasticPool } from './elastic-pool.ts';
import { Exchange } from './exchange.ts';
import { originOf } from './origin.ts';

/** The end of a pipeline: connections to one instance. */
export interface Transport {
  readonly send: Send;
  /** Lets running calls end, then closes the connections. */
  close(): Promise<void>;
}

/** What a transport shares with others, or tests replace. */
export interface TransportMeans {
  /** Default the machine's. */
  readonly clock?: Clock;
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Of the upstream. Default its own. */
  readonly longCalls?: LongCalls;
}

/**
 * Connections by undici's `Pool.dispatch`, its cheapest call (no streams, no AbortSignal). Time is watched by the
 * request's own clock, because undici's timers tick in whole seconds. Redirects are never followed.
 *
 * @param egress checks every address that a name resolves to, at each connection
 * @param means see `TransportMeans`
 */
export function undiciTransport(
  instance: Instance,
  settings: UpstreamSettings,
  egress: Egress,
  means: TransportMeans = {},
): Transport {
  // Made for the first call: to make and close a pool costs 0.4 ms, and most of a long list that changes are never called.
  let pool: ElasticPool | undefined;
  let closing: Promise<void> | undefined;
  const { basePath, name } = settings;
  const { clock = systemClock, random = Math.random, longCalls = openLongCalls(settings) } = means;
  const places = new ConnectionPlaces(settings.connections, (connections) => pool?.resize(connections));
  const connections: Connections = {
    settings,
    places,
    longCalls,
    afterTurn: new AfterTurn(),
    dispatch: ({ method, target, headers, body }, handler) => {
      const path = basePath === '' ? target : basePath + target;
      pool ??= openPool(instance, settings, places.connections, { lookup: lookupOf(instance, egress), clock, random });
      pool.dispatch({ method: method as 'GET', path, headers, body: (body as Uint8Array) ?? null }, handler);
    },
  };
  return {
    send: (request, ctx) =>
      new Promise((resolve, reject) => {
        if (closing) throw new BffError('shutting-down', { upstream: name });
        new Exchange(connections, request, ctx, { resolve, reject }).begin();
      }),
    close: () => (closing ??= places.empty().then(() => pool?.close())),
  };
}

function openPool(
  instance: Instance,
  settings: UpstreamSettings,
  connections: number,
  { lookup, clock, random }: { readonly lookup: Egress['lookup'] } & Required<Omit<TransportMeans, 'longCalls'>>,
): ElasticPool {
  const connect = buildConnector({ allowH2: false, timeout: settings.connectTimeout, lookup });
  const means = { connect, maxAge: settings.maxConnectionAge, clock, random };
  return new ElasticPool(originOf(instance), {
    connections,
    factory: (origin, options) => new Connection(origin, options, means),
    pipelining: 1,
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: settings.maxConnectionIdle,
    keepAliveMaxTimeout: settings.maxConnectionIdle,
    allowH2: false,
  });
}

/**
 * The pool's origin holds the name of the instance, so that undici writes `Host` and checks certificates by it without being
 * told at each request; the connection goes to the instance's address all the same.
 */
function lookupOf({ host }: Instance, egress: Egress): Egress['lookup'] {
  const family = isIP(host);
  if (family === 0) return (_name, options, callback) => egress.lookup(host, options, callback);
  const all: LookupAddress[] = [{ address: host, family }];
  return (_name, options: LookupOptions, callback) => {
    if (options.all) callback(null, all);
    else callback(null, host, family);
  };
}
