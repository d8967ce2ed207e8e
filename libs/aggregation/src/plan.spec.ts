import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { Plan } from './plan.ts';
import { view } from './view.ts';

interface Product {
  readonly id: string;
  readonly category: { readonly id: string };
}
interface Stock {
  readonly available: number;
}
interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const inventory = defineUpstream('inventory', { url: 'http://127.0.0.1:4002' });

const start = () =>
  Plan.for<{ id: string; ids: string[] }>().required('product', ({ id }) => catalog.get<Product>`/products/${id}`);

describe('what the compiler checks of a plan', () => {
  it('gives a part the earlier parts it names, with their types, and no others', () => {
    const plan = start()
      .optional('stock', ({ id }) => inventory.get<Stock>`/stock/${id}`, { otherwise: null })
      .optional('bare', ({ id }) => inventory.get<Stock>`/stock/${id}`)
      .optional('related', (_, { product }) => catalog.get<List<Product>>`/products?category=${product.category.id}`, {
        after: ['product'],
        otherwise: { items: [], next: null },
      })
      // @ts-expect-error stock is read but not named in `after`
      .optional('one', (_, { product, stock }) => catalog.get<Product>`/${product.id}/${stock.available}`, {
        after: ['product'],
      })
      // @ts-expect-error stock may be its `otherwise`, null
      .optional('two', (_, { stock }) => catalog.get<Product>`/${stock.available}`, { after: ['stock'] })
      // a part without `otherwise` is there when a part after it runs
      .optional('three', (_, { bare }) => catalog.get<Product>`/${bare.available}`, { after: ['bare'] });
    expect(plan.parts.map(({ name, after }) => [name, ...after])).toEqual([
      ['product'],
      ['stock'],
      ['bare'],
      ['related', 'product'],
      ['one', 'product'],
      ['two', 'stock'],
      ['three', 'bare'],
    ]);
  });

  it('refuses names that are unknown, later, taken or not in lower case, and so does the plan itself', () => {
    const call = () => catalog.get<Product>`/products`;
    // @ts-expect-error no part is named so
    expect(() => start().optional('related', call, { after: ['category'] })).toThrow(
      '"category", which is no earlier part',
    );
    // @ts-expect-error a part cannot wait for itself
    expect(() => start().optional('related', call, { after: ['related'] })).toThrow('no earlier part');
    // @ts-expect-error the name is taken
    expect(() => start().optional('product', call)).toThrow('named twice');
    // @ts-expect-error upper case is not allowed
    expect(() => start().optional('Related', call)).toThrow('must have a name that matches');
    expect(() => start().optional('__proto__', call)).toThrow('must have a name that matches');
    expect(() => start().optional('a b', call)).toThrow('must have a name that matches');
    expect(() => start().optional('slow', call, { timeout: 0 })).toThrow('timeout');
    expect(() => start().optional('huge', call, { maxBytes: 1.5 })).toThrow('limit');
    expect(() => start().requiredEach('none', () => [], { call, concurrency: 0 })).toThrow('limit');
    expect(() => start().requiredBatch('nil', () => [], { call: () => catalog.get<[]>`/`, size: 0 })).toThrow('limit');
    expect(() => start().optional('text', call, { otherwise: () => 1 })).toThrow('not JSON');
  });

  it('types fan-outs: the keys read earlier parts, a batch gives the items of its lists', () => {
    const plan = start()
      .optionalBatch('products', ({ ids }, { product }) => [...ids, product.category.id], {
        after: ['product'],
        call: (ids) => catalog.get<List<Product>>`/products?ids=${ids}`,
        otherwise: [],
      })
      .optionalEach('stocks', (_, { products }) => products.map((product) => product.id), {
        after: ['products'],
        call: (id) => inventory.get<Stock>`/stock/${id}`,
      });
    view({
      input: z.object({ id: z.string(), ids: z.array(z.string()) }),
      plan,
      map: ({ product, products, stocks }) => {
        const categories: string[] = products.map((one) => one.category.id);
        // @ts-expect-error without `otherwise` a missing part is null
        const certain: readonly Stock[] = stocks;
        const known: readonly Stock[] = certain ?? [];
        return { id: product.id, categories, known };
      },
    });
    // @ts-expect-error keys are text
    start().requiredEach('numbers', () => [1, 2], { call: (id) => catalog.get<Product>`/products/${id}` });
    // @ts-expect-error a batch answers with a list
    start().requiredBatch('broken', () => ['a'], { call: (ids) => catalog.get<Product>`/products?ids=${ids}` });
    expect(plan.parts.map(({ ask }) => ask.kind)).toEqual(['one', 'batch', 'each']);
  });

  it('wants an input schema that gives what the plan reads', () => {
    const plan = Plan.for<{ id: string }>().required('product', ({ id }) => catalog.get<Product>`/products/${id}`);
    expect(view({ input: z.object({ id: z.string(), more: z.string() }), plan }).maxCalls).toBe(20);
    // @ts-expect-error the plan reads `id`
    view({ input: z.object({ name: z.string() }), plan });
  });

  it('is longer by each part and never changes', () => {
    const short = start();
    const long = short.optional('stock', ({ id }) => inventory.get<Stock>`/stock/${id}`);
    expect(short.parts).toHaveLength(1);
    expect(long.parts).toHaveLength(2);
  });

  it('keeps a copy of `otherwise` that nobody can change', () => {
    const otherwise = { items: [{ id: 'a' }] };
    const plan = start().optional('related', () => catalog.get<List<{ id: string }>>`/products`, { otherwise });
    otherwise.items.push({ id: 'b' });
    const kept = plan.parts[1]!.otherwise as typeof otherwise;
    expect(kept).toEqual({ items: [{ id: 'a' }] });
    expect(() => kept.items.push({ id: 'c' })).toThrow(TypeError);
  });

  it('makes calls as data: a plan is tested without a network', () => {
    const { ask } = start().parts[0]!;
    expect(ask.kind === 'one' && ask.call({ id: 'a/b' }, {})).toMatchObject({
      upstream: 'catalog',
      target: '/products/a%2Fb',
    });
  });
});
