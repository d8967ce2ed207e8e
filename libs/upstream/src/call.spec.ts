import { BffError } from '@portico/core';
import fc from 'fast-check';
import { CallSyntaxError } from './call.ts';
import { defineUpstream } from './upstream.ts';

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });

describe('a call as data', () => {
  it('names its upstream, method and target', () => {
    expect(catalog.get`/products/${'p-0001'}?limit=${8}`).toEqual({
      upstream: 'catalog',
      method: 'GET',
      target: '/products/p-0001?limit=8',
    });
  });

  it('joins lists by commas, each member encoded', () => {
    expect(catalog.get`/products?ids=${['a', 'b,c', 'd&e']}`.target).toBe('/products?ids=a,b%2Cc,d%26e');
  });

  it('case 42: values cannot leave their segment', () => {
    expect(catalog.get`/products/${'../internal'}`.target).toBe('/products/..%2Finternal');
    expect(catalog.get`/products/${'x@evil'}?a=1`.target).toBe('/products/x%40evil?a=1');
    for (const id of ['.', '..']) {
      expect(() => catalog.get`/products/${id}`).toThrow(BffError);
      expect(() => catalog.get`/products/${id}/reviews`).toThrow(BffError);
      expect(() => catalog.get`/products/${id}?a=1`).toThrow(BffError);
      expect(() => catalog.get`/products/${id};v=1/reviews`).toThrow(BffError);
    }
  });

  it('starts with a slash, so that nothing can glue itself to the base path or name another host', () => {
    expect(() => catalog.get`${'products'}`).toThrow(TypeError);
    expect(() => catalog.get`http://evil/${1}`).toThrow(TypeError);
  });

  it('is a template: a text does not compile, and is no request for "/" where nothing compiled it', () => {
    const sku = 'a-1';
    // @ts-expect-error parentheses where the template should be
    expect(() => catalog.get('/prices/' + sku)).toThrow(CallSyntaxError);
    // @ts-expect-error an array is no template either
    expect(() => catalog.get(['/prices/', ''], sku)).toThrow(CallSyntaxError);
    expect(() => (catalog.get as unknown as () => void)()).toThrow('write it as catalog.get`/path/${value}`');
  });

  it('refuses values that would ask for something else: what is missing, and numbers that lost their digits', () => {
    const missing: readonly unknown[] = [undefined, null, true, {}, NaN, Infinity, ['a', undefined], [null]];
    for (const value of missing) expect(() => catalog.get`/products/${value as string}`).toThrow(TypeError);
    for (const value of [2 ** 53, -(2 ** 60), 1e300])
      expect(() => catalog.get`/products/${value}`).toThrow('beyond 2^53');
    expect(catalog.get`/products/${2 ** 53 - 1}?price=${-1.5}`.target).toBe('/products/9007199254740991?price=-1.5');
  });

  it('refuses text that cannot be encoded instead of throwing something unnamed', () => {
    expect(() => catalog.get`/products/${'\ud800'}`).toThrow(BffError);
  });

  it('encodes any text so that it is one segment and decodes to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        fc.pre(id !== '.' && id !== '..');
        const { target } = catalog.get`/products/${id}`;
        expect(target.split('/')).toHaveLength(3);
        expect(target).not.toMatch(/[?#\\\s]/);
        expect(decodeURIComponent(target.slice('/products/'.length))).toBe(id);
      }),
    );
  });
});
