import { ConfigError } from '@portico/core';
import { buildUpstreams } from './build-upstreams.ts';
import { defineUpstream } from './upstream.ts';

const problemsOf = (build: () => unknown): readonly string[] => {
  try {
    build();
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
};

const starting = (text: string): unknown =>
  expect.stringMatching(new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} `));

describe('buildUpstreams', () => {
  it('lists everything that is wrong with all upstreams at once', () => {
    const problems = problemsOf(() =>
      buildUpstreams(
        [
          defineUpstream('catalog', { url: 'catalog:4001', connections: 0 }),
          defineUpstream('reviews', { url: 'ftp://reviews' }),
          defineUpstream('reviews', { url: 'http://user:secret@reviews' }),
          defineUpstream('basket', { url: 'http://basket', retries: 3 } as never),
        ],
        { CATALOG_URL: 'nowhere' },
      ),
    );
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).toMatch(/connections/);
    expect(problems.join('\n')).toMatch(/CATALOG_URL: must be an absolute URL, like http:/);
    expect(problems.join('\n')).toMatch(/reviews: url: must start with one of http:\/\//);
    expect(problems.join('\n')).toMatch(/defined twice/);
    expect(problems.join('\n')).toMatch(/must not hold a user or password/);
    expect(problems).toContain('upstream basket: Unrecognized key: "retries"');
    expect(problems.join('\n')).not.toContain('secret');
  });

  it('lists what is wrong with options, address and ranges of the same upstream, and names where each stands', () => {
    const build = (url: string, environment: Record<string, string>) =>
      problemsOf(() => buildUpstreams([defineUpstream('shop', { url, connections: 0 })], environment));
    expect(build('http://a,https://b/x', {})).toEqual([
      expect.stringMatching(/^upstream shop: connections: /),
      expect.stringMatching(/^upstream shop: url: must not mix/),
      expect.stringMatching(/^upstream shop: url: must have the same path/),
    ]);
    expect(build('', { SHOP_URL: 'consul://shop?nonsense=1', EGRESS_RANGES: '10.0.0.0/8, nowhere' })).toEqual([
      expect.stringMatching(/^upstream shop: connections: /),
      'EGRESS_RANGES: "nowhere" is not an IP address or a range such as 10.0.0.0/8',
      expect.stringMatching(/^SHOP_URL: \?nonsense: /),
    ]);
    expect(build('', { SHOP_URL: 'dns://shop:80?nonsense=1' })).toContainEqual(
      expect.stringMatching(/^SHOP_URL: .*nonsense/),
    );
    expect(
      problemsOf(() => buildUpstreams([defineUpstream('shop', { url: 'dns://shop:80', egress: ['10.0.0.0/99'] })], {})),
    ).toEqual(['upstream shop: egress: "10.0.0.0/99" has no prefix length from 1 to 32']);
  });

  it.each(['10.1.2.3/8', '0.0.0.0/0', '::/0', '010.0.0.0/8', '10.0.0.0/08', '127.1', 'fe80::1%1', '64:ff9b::/96'])(
    'EGRESS_RANGES and egress refuse %s as every list of addresses does, with all that is wrong beside it',
    (range) => {
      const shop = (options: object) => [defineUpstream('shop', { url: 'http://127.0.0.1:1', ...options })];
      const ofOption = problemsOf(() => buildUpstreams(shop({ egress: [range, 'x'] }), {}));
      expect(ofOption).toEqual([`upstream shop: egress: "${range}"`, 'upstream shop: egress: "x"'].map(starting));
      const environment = { SHOP_URL: 'dns://shop:1', EGRESS_RANGES: `10.0.0.0/8,${range},x` };
      const ofSetting = problemsOf(() => buildUpstreams(shop({}), environment));
      expect(ofSetting).toEqual([`EGRESS_RANGES: "${range}"`, 'EGRESS_RANGES: "x"'].map(starting));
    },
  );

  it('refuses one cookie for two upstreams, which would overwrite each other', () => {
    const options = { url: 'http://127.0.0.1:4001', balance: { cookie: 'at' } };
    expect(problemsOf(() => buildUpstreams([defineUpstream('a', options), defineUpstream('b', options)], {}))).toEqual([
      'upstream b: balance: cookie: "at" is that of upstream a, give it another name',
    ]);
  });

  it('case 98: written addresses may be anywhere but link-local, unspecified, multicast and reserved', () => {
    const build = (host: string) =>
      problemsOf(() => buildUpstreams([defineUpstream('shop', { url: `http://${host}` })], {}));
    for (const host of ['127.0.0.1', '10.1.2.3', '8.8.8.8', '169.253.255.255', '169.255.0.1', '223.255.255.255']) {
      expect(build(host)).toEqual([]);
    }
    for (const host of ['[::1]', '[fd00::1]', '[2606:4700::1111]', 'localhost']) expect(build(host)).toEqual([]);
    for (const host of ['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', '240.0.0.1']) {
      expect(build(host)).toEqual([expect.stringContaining('egress ranges do not allow')]);
    }
    for (const host of ['[fe80::1]', '[::]', '[ff02::1]', '[::ffff:169.254.169.254]']) {
      expect(build(host)).toEqual([expect.stringContaining('egress ranges do not allow')]);
    }
  });

  it('takes the zone of the process from ZONE, unless the upstream says otherwise', () => {
    const zoneOf = (balance: { zone?: string }) =>
      buildUpstreams([defineUpstream('shop', { url: 'http://a', balance })], { ZONE: 'eu-1' }).settings('shop').balance
        .zone;
    expect(zoneOf({})).toBe('eu-1');
    expect(zoneOf({ zone: 'eu-2' })).toBe('eu-2');
  });

  it('takes the address from the environment when it is there', () => {
    const upstreams = buildUpstreams([defineUpstream('catalog-search', { url: 'http://127.0.0.1:4001' })], {
      CATALOG_SEARCH_URL: 'https://search.example/base/',
    });
    expect(upstreams.settings('catalog-search')).toMatchObject({ basePath: '/base' });
    expect([...upstreams.origins('catalog-search')]).toEqual(['https://search.example']);
  });

  it('keeps the base path as it is written, encoded characters too, and takes IPv6 addresses', () => {
    const addressOf = (url: string): readonly string[] => {
      const upstreams = buildUpstreams([defineUpstream('shop', { url })], {});
      return [...upstreams.origins('shop'), upstreams.settings('shop').basePath];
    };
    expect(addressOf('http://[::1]:4001/a%2Fb/%7e//')).toEqual(['http://[::1]:4001', '/a%2Fb/%7e']);
    expect(addressOf('https://shop.test:443/../x')).toEqual(['https://shop.test', '/x']);
  });

  it('takes a Kubernetes service whose port has a name, and its base path', () => {
    const upstream = defineUpstream('shop', { url: 'kubernetes://catalog.shop:http/base/?scheme=https' });
    const upstreams = buildUpstreams([upstream], { KUBERNETES_URL: 'http://127.0.0.1:8001' });
    expect(upstreams.settings('shop').basePath).toBe('/base');
    expect(upstreams.health()).toMatchObject([{ source: { kind: 'kubernetes' } }]);
  });

  it('names an address that is missing once', () => {
    expect(problemsOf(() => buildUpstreams([defineUpstream('shop', {} as never)], {}))).toEqual([
      'upstream shop: url: must be an absolute URL, like http://127.0.0.1:4001',
    ]);
  });

  it('fills in the documented defaults', () => {
    const upstreams = buildUpstreams([defineUpstream('catalog', { url: 'http://127.0.0.1:4001' })], {});
    expect(upstreams.settings('catalog')).toMatchObject({
      name: 'catalog',
      address: 'http://127.0.0.1:4001',
      basePath: '',
      connectTimeout: 1_000,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      connections: 48,
      maxResponseBytes: 268_435_456,
      maxHeaderBytes: 16_384,
      validateJson: false,
    });
  });

  it('refuses names that could not be a host, a label or a variable', () => {
    for (const name of ['', 'Catalog', '1st', 'a_b', 'a b', 'x'.repeat(64)]) {
      expect(() => defineUpstream(name, { url: 'http://x' })).toThrow(TypeError);
    }
  });
});
