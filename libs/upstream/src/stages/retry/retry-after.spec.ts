import { retryAfterOf } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 30);
const asking = (...headers: string[]) => retryAfterOf({ status: 503, headers, body: { chunks: [], length: 0 } }, NOW);

describe('Retry-After', () => {
  it.each([
    ['2', 2_000],
    ['0', 0],
    [' 120 ', 120_000],
    ['99999999999999999999', 1e23],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
    ['Sun Nov  6 08:49:37 1994', 7_000],
    ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
    ['Sun, 99 Foo 1994', 0],
    ['-1', 0],
    ['1.5', 0],
    ['soon', 0],
    ['', 0],
  ])('%j asks for %d ms', (value, milliseconds) => {
    expect(asking('content-type', 'text/plain', 'retry-after', value)).toBe(milliseconds);
  });

  it('asks for nothing when it is missing', () => {
    expect(asking('age', '7')).toBe(0);
  });
});
