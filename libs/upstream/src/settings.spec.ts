import { ConfigError } from '@portico/core';
import { resolveSettings, type UpstreamSettings } from './settings.ts';
import { defineUpstream } from './upstream.ts';

const MIB = 1024 ** 2;

/** What `docs/upstreams.md` and the options themselves promise for an upstream that states nothing but its address. */
const DEFAULTS = {
  connectTimeout: 1_000,
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
  connections: 48,
  maxConnectionAge: 300_000,
  maxConnectionIdle: 4_000,
  transfers: 64,
  eventStreams: 256,
  eventStreamTimeout: 60_000,
  minRate: 240,
  rateWindow: 30_000,
  maxResponseBytes: 256 * MIB,
  maxHeaderBytes: 16 * 1024,
  validateJson: false,
  balance: {
    ...{ by: 'p2c', key: 'address', boundedLoad: 1.25, cookie: undefined, slowStart: 10_000, zone: undefined },
    panicBelow: 0.5,
  },
  ejection: {
    ...{ consecutiveFailures: 5, failureRate: 0.5, minimumCalls: 20, window: 10_000, ejectFor: 10_000 },
    ...{ maxEjectFor: 300_000, maxEjected: 0.5 },
  },
  retry: {
    ...{ attempts: 1, statuses: [502, 503, 504], backoff: 25, maxBackoff: 1_000, budget: 0.1, budgetFloor: 3 },
  },
  breaker: {
    ...{ window: { milliseconds: 10_000 }, minimumCalls: 20, failureRate: 0.5, slowCall: 5_000, slowRate: 1 },
    ...{ openFor: 5_000, probes: 5, probeTimeout: 5_000 },
  },
  bulkhead: { calls: 256, queue: 1_024, queueTimeout: 1_000 },
  coalesce: false,
  token: 'none',
  claims: {},
  timeLeftHeader: 'x-timeout-ms',
};

/** What a policy that is off by default has when it is switched on with nothing. */
const WHEN_ON: Readonly<Record<string, readonly [written: object, expected: object]>> = {
  health: [
    {},
    {
      ...{ path: '/health/ready', interval: 10_000, timeout: 2_000, expect: { from: 200, to: 299 } },
      ...{ unhealthyAfter: 2, healthyAfter: 2 },
    },
  ],
  concurrencyLimit: [{}, { initial: 20, min: 4, max: 256, tolerance: 1.5 }],
  hedge: [{}, { percentile: 0.95, minDelay: 10, maxDelay: 1_000 }],
  fallback: [
    { answer: { body: '' }, lastGood: {} },
    {
      answer: { status: 200, contentType: 'application/json', body: '' },
      lastGood: { maxAge: 60_000, entries: 500, maxBytes: 16 * MIB },
    },
  ],
};

const HOUR = 3_600_000;
const DAY = 86_400_000;

/** Least and most of every number, by its path; whole ones. */
const WHOLE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  connectTimeout: [1, HOUR],
  headersTimeout: [1, HOUR],
  bodyTimeout: [1, HOUR],
  connections: [1, 10_000],
  maxConnectionAge: [1, HOUR],
  maxConnectionIdle: [1, HOUR],
  transfers: [1, 10_000],
  eventStreams: [0, 10_000],
  eventStreamTimeout: [1, HOUR],
  minRate: [0, 1_000_000_000],
  rateWindow: [1, HOUR],
  maxResponseBytes: [1, Number.MAX_SAFE_INTEGER],
  maxHeaderBytes: [1, Number.MAX_SAFE_INTEGER],
  'balance.slowStart': [0, HOUR],
  'health.interval': [10, HOUR],
  'health.timeout': [10, HOUR],
  'health.expect.from': [200, 299],
  'health.expect.to': [200, 599],
  'health.unhealthyAfter': [1, 100],
  'health.healthyAfter': [1, 100],
  'ejection.consecutiveFailures': [1, 1_000],
  'ejection.minimumCalls': [1, 100_000],
  'ejection.window': [10, DAY],
  'ejection.ejectFor': [10, DAY],
  'ejection.maxEjectFor': [10, DAY],
  'retry.attempts': [1, 10],
  'retry.statuses.0': [400, 599],
  'retry.backoff': [0, 60_000],
  'retry.maxBackoff': [0, 60_000],
  'retry.budgetFloor': [0, 10_000],
  'breaker.window.calls': [1, 10_000],
  'breaker.window.milliseconds': [1_000, 600_000],
  'breaker.minimumCalls': [1, 100_000],
  'breaker.slowCall': [1, HOUR],
  'breaker.openFor': [1, HOUR],
  'breaker.probes': [1, 1_000],
  'breaker.probeTimeout': [1, HOUR],
  'bulkhead.calls': [1, 100_000],
  'bulkhead.queue': [0, 100_000],
  'bulkhead.queueTimeout': [1, 60_000],
  'concurrencyLimit.initial': [4, 256],
  'concurrencyLimit.min': [1, 20],
  'concurrencyLimit.max': [20, 100_000],
  'hedge.minDelay': [1, 1_000],
  'hedge.maxDelay': [10, 60_000],
  'fallback.answer.status': [200, 599],
  'fallback.lastGood.maxAge': [1, DAY],
  'fallback.lastGood.entries': [1, 100_000],
  'fallback.lastGood.maxBytes': [1, 1024 * MIB],
};

/** Numbers that are no whole ones: the last one in and the first one out at each end. */
const PARTS: Readonly<Record<string, readonly [inside: readonly number[], outside: readonly number[]]>> = {
  'balance.boundedLoad': [
    [1, 100],
    [0.999, 100.001],
  ],
  'balance.panicBelow': [
    [0, 1],
    [-0.001, 1.001],
  ],
  'ejection.failureRate': [
    [0.001, 1],
    [0, 1.001],
  ],
  'ejection.maxEjected': [
    [0.001, 1],
    [0, 1.001],
  ],
  'retry.budget': [
    [0, 1],
    [-0.001, 1.001],
  ],
  'breaker.failureRate': [
    [0.001, 1],
    [0, 1.001],
  ],
  'breaker.slowRate': [
    [0.001, 1],
    [0, 1.001],
  ],
  'concurrencyLimit.tolerance': [
    [1, 10],
    [0.999, 10.001],
  ],
  'hedge.percentile': [
    [0.5, 0.999],
    [0.499, 1],
  ],
};

/** Options that hold a value at a path, with what must stand beside it. */
function optionsWith(path: string, value: unknown): object {
  const keys = path.split('.');
  const option = keys.reduceRight<unknown>((inner, key) => (key === '0' ? [inner] : { [key]: inner }), value) as {
    health?: { expect?: object };
    fallback?: { answer?: object };
  };
  if (option.health?.expect) option.health.expect = { from: 200, to: 299, ...option.health.expect };
  if (option.fallback?.answer) option.fallback.answer = { body: '', ...option.fallback.answer };
  return option;
}

function problemsOf(options: object): readonly string[] {
  try {
    resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

const settingsOf = (options: object): UpstreamSettings =>
  resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});

describe('the settings of an upstream', () => {
  it('are these where nothing is stated', () => {
    expect(settingsOf({})).toEqual({
      name: 'shop',
      ...DEFAULTS,
      address: 'http://shop.test',
      addressField: 'upstream shop: url',
      basePath: '',
    });
  });

  it.each(Object.entries(WHEN_ON))('are these of %s where it is switched on', (policy, [written, expected]) => {
    expect(settingsOf({ [policy]: written })).toMatchObject({ [policy]: expected });
  });

  it.each(['ejection', 'retry', 'breaker', 'bulkhead'])('have no %s where it is switched off', (policy) => {
    expect(settingsOf({ [policy]: false })).toMatchObject({ [policy]: false });
  });

  it.each(Object.entries(WHOLE))('take %s from %j, whole numbers only', (path, [least, most]) => {
    for (const value of [least, most]) expect([value, ...problemsOf(optionsWith(path, value))]).toEqual([value]);
    for (const value of [least - 1, most + 1, least + 0.5]) {
      expect(problemsOf(optionsWith(path, value))).not.toEqual([]);
    }
  });

  it.each(Object.entries(PARTS))('take %s within its bounds', (path, [inside, outside]) => {
    for (const value of inside) expect([value, ...problemsOf(optionsWith(path, value))]).toEqual([value]);
    for (const value of outside) expect([value, problemsOf(optionsWith(path, value)).length]).toEqual([value, 1]);
  });

  it.each([
    [{ health: { expect: { from: 300, to: 299 } } }, 'from must not be above to'],
    [{ hedge: { minDelay: 1_001 } }, 'minDelay must not be above maxDelay'],
    [{ concurrencyLimit: { initial: 3 } }, 'initial must be between min and max'],
    [{ concurrencyLimit: { initial: 257 } }, 'initial must be between min and max'],
    [{ fallback: {} }, 'must have answer or lastGood'],
    [{ fallback: { answer: { body: '', contentType: 'a\nb' } } }, 'must be a media type'],
    [{ health: { path: 'ready' } }, 'health: path'],
    [{ balance: { cookie: 'a b' } }, 'balance: cookie'],
    [{ balance: { zone: '' } }, 'balance: zone'],
    [{ timeLeftHeader: 'X-Time' }, 'timeLeftHeader'],
  ])('refuse %j', (options, problem) => {
    expect(problemsOf(options).join()).toContain(problem);
  });
});
