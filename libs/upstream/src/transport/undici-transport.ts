import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { BffError, type Clock, systemClock } from '@portico/core';
import type { Egress, Instance } from '@portico/discovery';
import { buildConnector, Pool } from 'undici';
import type { Send } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { Connection } from './connection.ts';
import { type Connections, Exchange } from './exchange.ts';
import { originOf } from './origin.ts';

/** The end of a pipeline: connections to one instance. */
export interface Transport {
  readonly send: Send;
  /** Lets running calls end, then closes the connections. */
  close(): Promise<void>;
}

/** What tests replace: time and chance. */
interface TransportMeans {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const DEFAULT_MEANS: TransportMeans = { clock: systemClock, random: Math.random };

/**
 * Connections by undici's `Pool.dispatch`, its cheapest call (no streams, no AbortSignal). Time is watched by the
 * request's own clock, because undici's timers tick in whole seconds. Redirects are never followed.
 *
 * @param egress checks every address that a name resolves to, at each connection
 * @param means the machine's clock and `Math.random` if left out
 */
export function undiciTransport(
  instance: Instance,
  settings: UpstreamSettings,
  egress: Egress,
  means: TransportMeans = DEFAULT_MEANS,
): Transport {
  // Made for the first call: to make and close a pool costs 0.4 ms, and most of a long list that changes are never called.
  let pool: Pool | undefined;
  let closing: Promise<void> | undefined;
  const { basePath, name } = settings;
  const connections: Connections = {
    settings,
    areAllOpen: () => pool !== undefined && pool.stats.connected >= settings.connections,
  };
  return {
    send: (request, ctx) =>
      new Promise((resolve, reject) => {
        if (closing) throw new BffError('shutting-down', { upstream: name });
        const exchange = new Exchange(connections, request, ctx, { resolve, reject });
        if (exchange.settled) return;
        const { method, headers, body } = request;
        const path = basePath === '' ? request.target : basePath + request.target;
        pool ??= openPool(instance, settings, lookupOf(instance, egress), means);
        pool.dispatch({ method: method as 'GET', path, headers, body: body ?? null }, exchange);
      }),
    close: () => (closing ??= pool === undefined ? Promise.resolve() : pool.close()),
  };
}

function openPool(
  instance: Instance,
  settings: UpstreamSettings,
  lookup: Egress['lookup'],
  { clock, random }: TransportMeans,
): Pool {
  const connect = buildConnector({ allowH2: false, timeout: settings.connectTimeout, lookup });
  const means = { connect, maxAge: settings.maxConnectionAge, clock, random };
  return new Pool(originOf(instance), {
    connections: settings.connections,
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
