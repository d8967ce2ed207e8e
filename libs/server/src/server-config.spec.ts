import { ConfigError } from '@portico/core';
import { plainAddress } from '@portico/net';
import fc from 'fast-check';
import { loadServerConfig } from './server-config.ts';

function problemsWith(environment: Record<string, string>): readonly string[] {
  try {
    loadServerConfig(3000, environment);
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

describe('settings of the server', () => {
  it('are safe when nothing is set: loopback only, nobody trusted, no CORS', () => {
    const config = loadServerConfig(3000, {});
    expect(config).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', LOG_LEVEL: 'info', MAX_HEADER_BYTES: 16_384 });
    expect(config.TRUSTED_PROXIES.contains('127.0.0.1')).toBe(false);
    expect(config.CORS_ORIGINS.size).toBe(0);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('wait for balancers after SIGTERM where nobody sits before the process, unless they say how long', () => {
    const delayOf = (environment: Record<string, string>, hasTerminal: boolean): number =>
      loadServerConfig(3000, environment, hasTerminal).DRAIN_DELAY;
    expect([delayOf({}, false), delayOf({}, true)]).toEqual([2_000, 0]);
    expect([delayOf({ DRAIN_DELAY: '0' }, false), delayOf({ DRAIN_DELAY: '300' }, true)]).toEqual([0, 300]);
  });

  it('are listed all at once when they do not fit', () => {
    const problems = problemsWith({
      PORT: '70000',
      HOST: 'example.com',
      LOG_LEVEL: 'loud',
      MAX_URL_LENGTH: '1e3',
      IDLE_TIMEOUT: '-1',
      CORS_ORIGINS: '*, https://good.example',
      TRUSTED_PROXIES: '0.0.0.0/0, 10.0.0.0/8, 010.0.0.1',
    });
    const names = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(names).toEqual([
      'PORT',
      'HOST',
      'LOG_LEVEL',
      'TRUSTED_PROXIES',
      'TRUSTED_PROXIES',
      'CORS_ORIGINS',
      'MAX_URL_LENGTH',
      'IDLE_TIMEOUT',
    ]);
    expect(problems[0]).toBe('PORT: must be a whole number from 0 to 65535');
  });

  it.each([
    '*',
    'null',
    'https://a.example/',
    'https://a.example/path',
    'a.example',
    'https://*.a.example',
    'ftp://a',
    'HTTPS://A.example',
    'https://a.example,',
    'https://a.example:443',
  ])('CORS_ORIGINS refuses %j, which is no exact origin', (value) =>
    expect(problemsWith({ CORS_ORIGINS: value })).toHaveLength(1),
  );

  it.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/08',
    '10.0.0.0/',
    'localhost',
    'fe80::1%eth0',
    '010.0.0.1',
    '0x7f.1',
    '127.1',
    '2130706433',
    '::ffff:10.0.0.0/104',
    '10.0.0.1,,10.0.0.2',
    '10.0.0.1/8',
    ',',
  ])('case 49: ALLOWED_ADDRESSES and TRUSTED_PROXIES refuse %j instead of failing open', (value) => {
    for (const name of ['ALLOWED_ADDRESSES', 'TRUSTED_PROXIES']) {
      const problems = problemsWith({ [name]: value });
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.every((problem) => problem.startsWith(`${name}: "`))).toBe(true);
    }
  });

  it('TRUSTED_PROXIES takes addresses and ranges of both families', () => {
    const { TRUSTED_PROXIES: proxies } = loadServerConfig(1, {
      TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,2001:db8::/32',
    });
    const inside = ['10.255.0.1', '192.0.2.1', '2001:db8:1::1'];
    const outside = ['11.0.0.1', '192.0.2.2', '2001:db9::1', '::1'];
    expect(inside.filter((address) => proxies.contains(address))).toEqual(inside);
    expect(outside.filter((address) => proxies.contains(address))).toEqual([]);
  });
});

describe('the one spelling of an address', () => {
  it('case 49: IPv4-mapped is IPv4; octal, hexadecimal and short forms and zones are no addresses', () => {
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(plainAddress('2001:DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
    for (const text of ['010.0.0.1', '0x7f.1', '127.1', 'fe80::1%1', '', ' 10.0.0.1', '1.2.3.4.5', '::g']) {
      expect(plainAddress(text)).toBeUndefined();
    }
  });

  it('is its own spelling, for every address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const plain = plainAddress(address);
        expect(plain).toBeDefined();
        expect(plainAddress(plain!)).toBe(plain);
      }),
    );
  });
});

/** As `docs/configuration.md` says: the default, the least and the most of every number. */
const NUMBERS: Readonly<Record<string, readonly [standard: number, least: number, most: number]>> = {
  PORT: [3000, 0, 65_535],
  LOG_BUFFER_BYTES: [1_048_576, 65_536, 268_435_456],
  CORS_MAX_AGE: [600, 0, 86_400],
  MAX_HEADER_BYTES: [16_384, 2_048, 131_072],
  MAX_HEADER_COUNT: [100, 10, 1_000],
  MAX_URL_LENGTH: [8_192, 256, 65_536],
  MAX_CONNECTIONS: [10_000, 1, 1_000_000],
  HEADERS_TIMEOUT: [10_000, 100, 600_000],
  REQUEST_TIMEOUT: [60_000, 100, 3_600_000],
  KEEP_ALIVE_TIMEOUT: [65_000, 100, 3_600_000],
  IDLE_TIMEOUT: [60_000, 100, 3_600_000],
  DRAIN_TIMEOUT: [10_000, 0, 600_000],
};

describe('a number among the settings of the server', () => {
  it.each(Object.entries(NUMBERS))('%s has its default and its bounds', (name, [standard, least, most]) => {
    const valueOf = (environment: Record<string, string>): unknown =>
      loadServerConfig(3000, environment)[name as keyof ReturnType<typeof loadServerConfig>];
    expect(valueOf({})).toBe(standard);
    for (const value of [least, most]) expect(valueOf({ [name]: String(value) })).toBe(value);
    const message = `${name}: must be a whole number from ${least} to ${most}`;
    for (const value of [String(least - 1), String(most + 1), '1.5', '1e3', '1 000', '0x10', '1'.repeat(13)]) {
      expect(problemsWith({ [name]: value })).toEqual([message]);
    }
  });

  it.each([
    ['LOG_LEVEL', 'info', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']],
    ['LOG_FORMAT', 'auto', ['auto', 'json', 'text']],
    ['TRUSTED_PROXY_HEADERS', 'x-forwarded', ['x-forwarded', 'forwarded']],
  ] as const)('%s is one of its words, and no other', (name, standard, words) => {
    expect(loadServerConfig(1, {})[name]).toBe(standard);
    for (const word of words) expect(loadServerConfig(1, { [name]: word })[name]).toBe(word);
    for (const word of ['x', words[0].toUpperCase(), `${words[0]}s`])
      expect(problemsWith({ [name]: word })).toHaveLength(1);
  });

  it.each([
    ['localhost', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::1', '::1'],
  ])('HOST %s is %s', (written, expected) => expect(loadServerConfig(1, { HOST: written }).HOST).toBe(expected));

  it.each(['example.com', 'fe80::1%eth0', '127.1', 'LOCALHOST'])('HOST is not %j', (written) => {
    expect(problemsWith({ HOST: written })).toHaveLength(1);
  });
});
