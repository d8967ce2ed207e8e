import type { Clock } from '@portico/core';
import type { CustomFetch } from 'openid-client';
import { ProviderFault } from './bounded-fetch.ts';

/** Failures in a row after which an endpoint is left alone. */
const MOST_FAILURES = 5;

/** Endpoints that are remembered; metadata names fewer. */
const MOST_ENDPOINTS = 20;

interface Health {
  failures: number;
  /** In the clock's monotonic milliseconds: until then nothing is sent. */
  closedUntil: number;
}

/**
 * Leaves an endpoint of the identity provider alone after failures in a row, so that many sessions and tokens do not keep a provider
 * busy that cannot answer: for `pause` nothing is sent, then one request at a time tries. A failure is no response, a 5xx or a 429;
 * every other response shows that somebody is there. Each endpoint has a count of its own.
 *
 * @param pause milliseconds
 */
export function breakingFetch(fetch: CustomFetch, clock: Clock, pause: number): CustomFetch {
  const endpoints = new Map<string, Health>();
  return async function fetchUnlessBroken(url, options) {
    const health = healthOf(endpoints, url);
    if (health.failures >= MOST_FAILURES) {
      if (clock.now() < health.closedUntil) {
        throw new ProviderFault(`it is left alone for a moment after ${health.failures} failures in a row`);
      }
      health.closedUntil = clock.now() + pause;
    }
    let isFine = false;
    try {
      const response = await fetch(url, options);
      isFine = response.status < 500 && response.status !== 429;
      return response;
    } finally {
      health.failures = isFine ? 0 : health.failures + 1;
      if (!isFine) health.closedUntil = clock.now() + pause;
    }
  };
}

function healthOf(endpoints: Map<string, Health>, url: string): Health {
  const { origin, pathname } = new URL(url);
  const endpoint = `${origin}${pathname}`;
  const known = endpoints.get(endpoint);
  if (known) return known;
  if (endpoints.size >= MOST_ENDPOINTS) endpoints.clear();
  const health = { failures: 0, closedUntil: -Infinity };
  endpoints.set(endpoint, health);
  return health;
}
