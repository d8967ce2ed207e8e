import { isIndex, nextIndex } from './consul-index.ts';

const LARGEST = '18446744073709551615';

describe('the index of a blocking query', () => {
  it('is the one of the last answer', () => {
    expect(nextIndex(undefined, '12')).toBe('12');
    expect(nextIndex('12', '12')).toBe('12');
    expect(nextIndex('12', '13')).toBe('13');
  });

  it('case 96: starts anew when it went backwards, compared as a number and not as text', () => {
    expect(nextIndex('12', '11')).toBeUndefined();
    expect(nextIndex('9', '10')).toBe('10');
    expect(nextIndex(LARGEST, '18446744073709551614')).toBeUndefined();
  });

  it('case 96: is at least 1, also when it was reset to 0', () => {
    expect(nextIndex(undefined, '0')).toBe('1');
    expect(nextIndex('12', '0')).toBe('1');
    expect(nextIndex('1', '0')).toBe('1');
  });

  it.each([undefined, '', 'abc', '-1', '1.5', '1e3', '18446744073709551616', '9'.repeat(100_000)])(
    'case 96: is none when X-Consul-Index is missing or no index',
    (header) => {
      expect(isIndex(header)).toBe(false);
      expect(nextIndex('12', header)).toBeUndefined();
    },
  );

  it('case 96: keeps every digit of a huge one', () => {
    expect(nextIndex('9007199254740993', LARGEST)).toBe(LARGEST);
    expect(nextIndex(undefined, '9007199254740993')).toBe('9007199254740993');
  });
});
