import { Pool } from 'undici';
import type { Send } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import { Exchange } from './exchange.ts';

/** The end of a pipeline: connections to one upstream. */
export interface Transport {
  readonly send: Send;
  /** Lets running calls end, then closes the connections. */
  close(): Promise<void>;
}

/**
 * Connections by undici's `Pool.dispatch`, its cheapest call (no streams, no AbortSignal). Time is watched by the
 * request's own clock, because undici's timers tick in whole seconds. Redirects are never followed.
 */
export function undiciTransport(settings: UpstreamSettings): Transport {
  const pool = new Pool(settings.origin, {
    connections: settings.connections,
    pipelining: 1,
    connect: { timeout: settings.connectTimeout },
    maxHeaderSize: settings.maxHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  const { basePath } = settings;
  let closing: Promise<void> | undefined;
  return {
    send: (request, ctx) =>
      new Promise((resolve, reject) => {
        const exchange = new Exchange(settings, request, ctx, { resolve, reject });
        if (exchange.settled) return;
        const { method, headers, body } = request;
        const path = basePath === '' ? request.target : basePath + request.target;
        pool.dispatch({ method: method as 'GET', path, headers, body: body ?? null }, exchange);
      }),
    close: () => (closing ??= pool.close()),
  };
}
