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
