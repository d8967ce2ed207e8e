import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { afterAge, formatCacheControl, parseCacheControl, strictestOf } from './cache-control.ts';

const of = (...values: Array<string | undefined>): string =>
  formatCacheControl(strictestOf(values.map((value) => ({ life: parseCacheControl(value) }))));

describe('the cache-control of an aggregate', () => {
  it.each<[string, Array<string | undefined>, string]>([
    ['the shorter life', ['public, max-age=60', 'public, max-age=30'], 'public, max-age=30'],
    ['no-store before all', ['max-age=60', 'no-store, max-age=9', 'no-cache'], 'no-store'],
    ['no-cache before a life', ['max-age=60', 'no-cache'], 'no-cache'],
    ['private, if one is', ['public, max-age=60', 'private, max-age=90'], 'private, max-age=60'],
    ['private and no-cache', ['private, max-age=60', 'no-cache'], 'private, no-cache'],
    ['public only if all are', ['public, max-age=60', 'max-age=60'], 'max-age=60'],
    ['must-revalidate, if one says so', ['max-age=60, must-revalidate', 'max-age=5'], 'max-age=5, must-revalidate'],
    ['a part that says nothing as no-cache', ['max-age=60', undefined], 'no-cache'],
    ['a part without a life as no-cache', ['public'], 'no-cache'],
    ['shared lives apart', ['max-age=60, s-maxage=10', 'max-age=20'], 'max-age=20, s-maxage=10'],
    ['no life for private caches when only the shared one is given', ['s-maxage=10'], 'max-age=0, s-maxage=10'],
    ['no shared life where it is private', ['max-age=60, s-maxage=10, private'], 'private, max-age=60'],
    ['names in any case, quoted numbers', ['Public, MAX-AGE="60"'], 'public, max-age=60'],
    ['a number that is none as 0', ['max-age=-1'], 'max-age=0'],
    ['a number that is none as 0', ['max-age=1e9'], 'max-age=0'],
    ['the strictest of repeated directives', ['max-age=60, max-age=5'], 'max-age=5'],
    ['endless lives as 2^31', ['max-age=99999999999999999999'], 'max-age=2147483648'],
    ['directives with fields as if without', ['private="set-cookie", max-age=60'], 'private, max-age=60'],
    ['nothing inside quotes', ['ext="no-store, private", max-age=60'], 'max-age=60'],
    ['quotes that do not end', ['max-age=60, ext="a'], 'max-age=60'],
    ['values beyond reason as no-cache', ['max-age=60, ' + 'a,'.repeat(600)], 'no-cache'],
  ])('takes %s', (_, values, expected) => {
    expect(of(...values)).toBe(expected);
  });

  it('takes off the time that caches on the way have held an answer', () => {
    const life = parseCacheControl('public, max-age=60, s-maxage=90');
    expect(formatCacheControl(afterAge(life, '20'))).toBe('public, max-age=40, s-maxage=70');
    expect(formatCacheControl(afterAge(life, '70'))).toBe('public, max-age=0, s-maxage=20');
    expect(formatCacheControl(afterAge(life, 'soon'))).toBe('public, max-age=0');
    expect(formatCacheControl(afterAge(life, undefined))).toBe('public, max-age=60, s-maxage=90');
  });

  it('says no-cache of no answer at all', () => {
    expect(formatCacheControl(undefined)).toBe('no-cache');
  });

  const directive = fc.oneof(
    fc.constantFrom('public', 'private', 'no-store', 'no-cache', 'must-revalidate', 'immutable'),
    fc.nat(1000).map((seconds) => `max-age=${seconds}`),
    fc.nat(1000).map((seconds) => `s-maxage=${seconds}`),
  );
  const value = fc.array(directive, { maxLength: 5 }).map((list) => list.join(', '));

  it('does not depend on the order of the parts and never allows more than one of them', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(of(a, b, c)).toBe(of(c, a, b));
        const [all, one] = [parseCacheControl(of(a, b, c)), parseCacheControl(a)];
        expect(all.noStore || all.noCache || all.maxAge <= one.maxAge).toBe(true);
        expect(all.noStore || all.noCache || all.isPrivate || all.sharedMaxAge <= one.sharedMaxAge).toBe(true);
        expect(one.isPrivate && !all.noStore ? all.isPrivate : true).toBe(true);
        expect(one.noStore ? all.noStore : true).toBe(true);
      }),
    );
  });

  it('case 87: reads any text in linear time and writes only what it knows', () => {
    const known =
      /^(no-store|(private, )?no-cache|(public, |private, )?max-age=\d+(, s-maxage=\d+)?(, must-revalidate)?)$/;
    fc.assert(fc.property(fc.string({ maxLength: 1024 }), (text) => expect(of(text)).toMatch(known)));
    for (const piece of ['a', '"', '="', '="\\', 'a="\\",', ' ', ',', 'max-age=']) {
      const make = (size: number): string => `${piece.repeat(size / piece.length)}!`;
      // What is longer than 1024 characters is not looked at.
      expect(growthOf({ make, work: of }, 127)).toBeLessThan(4);
      expect(growthOf({ make, work: of }, 4_000)).toBeLessThan(4);
    }
  });
});
