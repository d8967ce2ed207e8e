import { browseAddress, parsePrice, readFilter } from './browse-filter.ts';

describe('the filter in the address', () => {
  it('sorts a search by relevance and a shelf by name until told otherwise', () => {
    expect(readFilter('q=lantern').sort).toBe('relevance');
    expect(readFilter('category=garden').sort).toBe('name');
    expect(readFilter('q=lantern&sort=-price').sort).toBe('-price');
  });

  it('leaves out what makes no sense', () => {
    expect(readFilter('q=%20&sort=rudest&minPrice=cheap&maxPrice=-1')).toEqual({
      q: undefined,
      category: undefined,
      minPrice: undefined,
      maxPrice: undefined,
      sort: 'name',
    });
    expect(readFilter('sort=relevance').sort).toBe('name');
  });

  it('comes back from its own address', () => {
    const filter = readFilter('q=tin+%26+tea&category=kitchen&minPrice=500&maxPrice=2000&sort=price');
    expect(readFilter(browseAddress(filter).slice('/browse?'.length))).toEqual(filter);
    expect(browseAddress({})).toBe('/browse');
  });
});

describe('a typed price', () => {
  it('becomes cents, with a point or a comma', () => {
    expect(parsePrice('12')).toBe(1200);
    expect(parsePrice(' 12,5 ')).toBe(1250);
    expect(parsePrice('0.29')).toBe(29);
    expect(parsePrice('twelve')).toBeUndefined();
    expect(parsePrice('')).toBeUndefined();
  });
});
