import { directivePattern, hasCacheDirective } from './cache-directives.ts';

describe('hasCacheDirective', () => {
  const pattern = directivePattern('private', 'no-store');

  it.each([
    'private',
    'no-store',
    'NO-STORE',
    'max-age=60, private',
    'private="set-cookie", max-age=1',
    'max-age=60,no-store,public',
    ' no-store\t',
  ])('finds one in "%s"', (value) => {
    expect(hasCacheDirective(['content-type', 'text/plain', 'cache-control', value], pattern)).toBe(true);
  });

  it.each(['public, max-age=60', 'no-cache', 'x-private', 'private-ish', 'no-stores', ''])(
    'finds none in "%s"',
    (value) => {
      expect(hasCacheDirective(['cache-control', value, 'x', 'private'], pattern)).toBe(false);
    },
  );

  it('looks at each of several fields', () => {
    expect(hasCacheDirective(['cache-control', 'max-age=1', 'cache-control', 'no-store'], pattern)).toBe(true);
  });
});
