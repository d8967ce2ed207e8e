import { isForSharedCaches, makePrivate, privateCacheControl } from './private-response.ts';

describe('a response for a single user', () => {
  /** RFC 9213 and its vendors' names, Edge Architecture Specification 1.0, Akamai, nginx. */
  it.each([
    ...['cdn-cache-control', 'cloudflare-cdn-cache-control', 'vercel-cdn-cache-control', 'netlify-cdn-cache-control'],
    ...['surrogate-control', 'edge-control', 'x-accel-expires', 'x-cdn-cache-control'],
  ])('says nothing as %s, which only shared caches read', (name) => {
    expect(isForSharedCaches(name)).toBe(true);
    const headers = [name, 'max-age=600', 'etag', '"a"'];
    makePrivate(headers);
    expect(headers).toEqual(['etag', '"a"', 'cache-control', 'private']);
  });

  it.each(['cache-control', 'expires', 'age', 'vary', 'etag', 'x-cache', 'surrogate-key', 'cache-control-x'])(
    'keeps %s, which is for all',
    (name) => expect(isForSharedCaches(name)).toBe(false),
  );

  it.each([
    [undefined, 'private'],
    ['private', 'private'],
    ['no-store', 'no-store'],
    ['public', 'private'],
    ['s-maxage=1', 'private'],
    ['proxy-revalidate', 'private'],
    ['private="x"', 'private'],
    ['max-age=1, public', 'private, max-age=1'],
    ['must-revalidate, no-cache, immutable', 'private, must-revalidate, no-cache, immutable'],
  ])('says instead of %j: %j', (said, expected) => {
    expect(privateCacheControl(said)).toBe(expected);
    // From memory.
    expect(privateCacheControl(said)).toBe(expected);
  });

  it('says the same of texts that are too many or too long to remember', () => {
    for (let i = 0; i < 600; i++) expect(privateCacheControl(`public, max-age=${i}`)).toBe(`private, max-age=${i}`);
    for (const length of [1_000, 1_024, 1_025, 5_000]) {
      const value = `public, a=${'x'.repeat(length - 'public, a='.length)}`;
      for (let time = 0; time < 2; time++) {
        expect(privateCacheControl(value)).toBe(value.replace('public', 'private'));
      }
    }
  });
});
