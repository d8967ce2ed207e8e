import { testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, fieldOf, jsonOf, partsOf, textOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view, type View } from './view.ts';

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const input = z.object({ ids: z.array(z.string()) });
interface Basket {
  readonly lines: ReadonlyArray<{ productId: string; href?: string }>;
}

function start(definition: View, ids: string[] = []) {
  const upstreams = new ScriptedUpstreams();
  const answer = compileView(definition, upstreams)({ ids }, testContext());
  answer.catch(() => undefined);
  return { upstreams, answer };
}

const batched = (maxCalls?: number) =>
  view({
    input,
    maxCalls,
    plan: Plan.for<{ ids: string[] }>().requiredBatch('products', ({ ids }) => ids, {
      size: 2,
      concurrency: 2,
      call: (ids) => catalog.get<{ items: object[] }>`/products?ids=${ids}`,
    }),
  });

describe('a fan-out in batches', () => {
  it('asks for distinct keys, as many batches at once as it may, and splices the items in order', async () => {
    const { upstreams, answer } = start(batched(), ['a', 'b', 'a', 'c', 'd', 'e']);
    await settled();
    expect(upstreams.targets).toEqual(['/products?ids=a,b', '/products?ids=c,d']);
    upstreams
      .to('/products?ids=c,d')
      .answer('{"next":{"items":"]"},"items" : [ ] }', { 'cache-control': 'max-age=60' });
    await settled();
    upstreams.to('/products?ids=e').answer('[{"id":"e"}]', { 'cache-control': 'max-age=5' });
    upstreams
      .to('/products?ids=a,b')
      .answer('{"items": [ {"id":"a","n":9007199254740993}, "]\\"" ] }', { 'cache-control': 'max-age=60' });
    expect(textOf(await answer)).toBe('{"products":[{"id":"a","n":9007199254740993}, "]\\"",{"id":"e"}]}');
    expect((await answer).body.length).toBe(textOf(await answer).length);
    expect(fieldOf(await answer, 'cache-control')).toBe('max-age=5');
  });

  it('is the fallback of its upstream as soon as one of its answers is', async () => {
    const { upstreams, answer } = start(batched(), ['a', 'b', 'c']);
    await settled();
    upstreams.to('/products?ids=a,b').answer({ items: [{ id: 'a' }] });
    upstreams.to('/products?ids=c').answer({ items: [] }, { 'x-portico-fallback': 'answer' });
    expect(partsOf(await answer)).toBe('products;fallback');
  });

  it('gives an empty list for no keys and asks nobody', async () => {
    const { upstreams, answer } = start(batched(), []);
    expect(textOf(await answer)).toBe('{"products":[]}');
    expect(upstreams.calls).toHaveLength(0);
    expect(fieldOf(await answer, 'cache-control')).toBe('no-cache');
  });

  it('fails as a whole with its first failure, cancels the rest and starts no more', async () => {
    const { upstreams, answer } = start(batched(), ['a', 'b', 'c', 'd', 'e']);
    await settled();
    upstreams.to('/products?ids=a,b').fail('upstream-reset');
    expect(await failureOf(answer)).toMatchObject({ code: 'upstream-reset', part: 'products' });
    expect(upstreams.to('/products?ids=c,d').cancelled).toBe('upstream-reset');
    await settled();
    expect(upstreams.calls).toHaveLength(2);
  });

  it.each(['{"list":[]}', '{"items":{}}', '{"items":[1}', '{"a":{"items":[]}}', '{"items"}', '{items:[]}'])(
    'refuses %s, which holds no list of items',
    async (body) => {
      const { upstreams, answer } = start(batched(), ['a']);
      await settled();
      upstreams.calls[0]!.answer(body);
      expect(await failureOf(answer)).toMatchObject({ code: 'upstream-body-invalid', part: 'products' });
    },
  );

  it.each([
    [25, 'ok'],
    [24, 'invalid'],
  ])(
    'bounds the bytes of all answers together, brackets and commas included: with %i it is %s',
    async (maxBytes, state) => {
      const plan = Plan.for<{ ids: string[] }>().optionalEach('parts', ({ ids }) => ids, {
        maxBytes,
        call: (id) => catalog.get<object>`/${id}`,
      });
      const { upstreams, answer } = start(view({ input, plan }), ['a', 'b', 'c']);
      await settled();
      for (const call of upstreams.calls) call.answer('{"a":1}');
      expect(partsOf(await answer)).toBe(`parts;${state}`);
    },
  );
});

describe('a fan-out with one call for each key', () => {
  it('collects the answers in the order of the keys, also when they come in another', async () => {
    const plan = Plan.for<{ ids: string[] }>()
      .required('basket', () => catalog.get<Basket>`/basket`)
      .optionalEach('products', (_, { basket }) => basket.lines.map((line) => line.productId), {
        after: ['basket'],
        call: (id) => catalog.get<{ name: string }>`/products/${id}`,
        otherwise: [],
      });
    const map = ({ products }: { products: readonly { name: string }[] }) => products.map(({ name }) => name);
    const { upstreams, answer } = start(view({ input, plan, map }));
    await settled();
    upstreams.to('/basket').answer({ lines: [{ productId: 'a/b' }, { productId: 'c' }] });
    await settled();
    upstreams.to('/products/c').answer({ name: 'C' });
    upstreams.to('/products/a%2Fb').answer({ name: 'A' });
    expect(jsonOf(await answer)).toEqual(['A', 'C']);
  });

  it('case 84: an answer that would pass for two elements is refused where it is read or not trusted', async () => {
    const plan = Plan.for<{ ids: string[] }>().requiredEach('parts', ({ ids }) => ids, {
      call: (id) => catalog.get<{ n: number }>`/${id}`,
    });
    const read = view({ input, plan, map: ({ parts }) => parts.length });
    for (const [definition, validateJson] of [
      [read, false],
      [view({ input, plan }), true],
    ] as const) {
      const upstreams = new ScriptedUpstreams(['catalog'], validateJson);
      const answer = compileView(definition, upstreams)({ ids: ['a', 'b'] }, testContext());
      await settled();
      upstreams.to('/a').answer('{"n":1},{"n":2}');
      expect(await failureOf(answer)).toMatchObject({ code: 'upstream-body-invalid', part: 'parts' });
      expect(upstreams.to('/b').cancelled).toBe('upstream-body-invalid');
    }
  });
});

describe('case 86: the cap on upstream calls', () => {
  it('case 86: refuses more calls than the view allows before any of them is made', async () => {
    const keys = Array.from({ length: 9 }, (_, i) => `k${i}`);
    const { upstreams, answer } = start(batched(4), keys);
    expect(await failureOf(answer)).toMatchObject({ code: 'input-invalid', part: 'products' });
    expect(upstreams.calls).toHaveLength(0);
    const allowed = start(batched(5), keys);
    await settled();
    expect(allowed.upstreams.calls).toHaveLength(2);
  });

  it('case 86: holds for keys from upstream data, 20 by default; links in data are never fetched', async () => {
    const plan = Plan.for<{ ids: string[] }>()
      .required('basket', () => catalog.get<Basket>`/basket`)
      .optionalEach('products', (_, { basket }) => basket.lines.map((line) => line.productId), {
        after: ['basket'],
        call: (id) => catalog.get<object>`/products/${id}`,
      })
      .optional('last', (_, { basket }) => catalog.get<object>`/count/${basket.lines.length}`, { after: ['basket'] });
    for (const [count, calls, state] of [
      [18, 20, 'ok'],
      [19, 2, 'error'],
      [30_000, 2, 'error'],
    ] as const) {
      const { upstreams, answer } = start(view({ input, plan }));
      await settled();
      const lines = Array.from({ length: count }, (_, i) => ({ productId: `p${i}`, href: 'http://169.254.169.254/' }));
      upstreams.to('/basket').answer({ lines });
      for (let turn = 0; turn < 6; turn++) {
        await settled();
        for (const call of upstreams.calls) call.answer({});
      }
      expect(partsOf(await answer)).toBe(`basket;ok, products;${state}, last;ok`);
      expect(upstreams.calls).toHaveLength(calls);
      expect(upstreams.targets.every((target) => target.startsWith('/'))).toBe(true);
    }
  });

  it.each([
    [20, 0, 'ok', 'ok'],
    [0, 20, 'ok', 'ok'],
    [13, 7, 'ok', 'ok'],
    [13, 8, 'ok', 'error'],
    [20, 1, 'ok', 'error'],
    [21, 20, 'error', 'ok'],
    [21, 21, 'error', 'error'],
  ] as const)('holds for all parts of a view together: %i and %i calls', async (first, second, one, other) => {
    const keysOf = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}${i}`);
    const plan = Plan.for<{ ids: string[] }>()
      .optionalEach('some', () => keysOf(first, 's'), { call: (id) => catalog.get<object>`/some/${id}` })
      .optionalBatch('more', () => keysOf(second, 'm'), {
        size: 1,
        call: ([id]) => catalog.get<object[]>`/more/${id!}`,
      });
    const { upstreams, answer } = start(view({ input, plan }));
    for (let turn = 0; turn < 10; turn++) {
      await settled();
      for (const call of upstreams.calls) call.answer([]);
    }
    expect(partsOf(await answer)).toBe(`some;${one}, more;${other}`);
    expect(upstreams.calls).toHaveLength((one === 'ok' ? first : 0) + (other === 'ok' ? second : 0));
  });

  it('case 86: keys that are no text never reach an upstream', async () => {
    const plan = Plan.for<{ ids: string[] }>()
      .required('basket', () => catalog.get<Basket>`/basket`)
      .optionalEach('products', (_, { basket }) => basket.lines.map((line) => line.productId), {
        after: ['basket'],
        call: (id) => catalog.get<object>`/products/${id}`,
      });
    for (const productId of [{ toString: 'x' }, 7, null, '', '..', ['a']]) {
      const { upstreams, answer } = start(view({ input, plan }));
      await settled();
      upstreams.to('/basket').answer({ lines: [{ productId }] });
      expect(partsOf(await answer)).toBe('basket;ok, products;invalid');
      expect(upstreams.calls).toHaveLength(1);
    }
  });
});
