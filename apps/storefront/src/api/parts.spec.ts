import { isMissing, readParts } from './parts.ts';

describe('the header x-portico-parts', () => {
  it('tells which parts are missing', () => {
    const parts = readParts('product;ok, stock;timeout, reviews;fallback');
    expect(isMissing(parts, 'product')).toBe(false);
    expect(isMissing(parts, 'stock')).toBe(true);
    expect(isMissing(parts, 'reviews')).toBe(true);
  });

  it('counts everything as whole when it is absent, empty or silent about a part', () => {
    expect(isMissing(readParts(null), 'stock')).toBe(false);
    expect(readParts('').size).toBe(0);
    expect(isMissing(readParts('product'), 'product')).toBe(false);
  });
});
