import { inspect } from 'node:util';
import { ConfigError } from '@portico/core';
import { testContext } from '@portico/testing';
import { type Call, defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, fieldOf, jsonOf, partsOf, textOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView, type ViewAnswer } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view, type View } from './view.ts';

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const unknown = defineUpstream('catalogue', { url: 'http://127.0.0.1:4001' });
const input = z.object({ id: z.string().max(8), page: z.coerce.number().default(1) });
type Input = z.output<typeof input>;

const plan = Plan.for<Input>()
  .required('product', ({ id }) => catalog.get<{ name: string }>`/products/${id}`)
  .optional('stock', ({ id }) => catalog.get<{ available: number }>`/stock/${id}`);

async function run(definition: View, bodies: Record<string, unknown>, headers?: Record<string, string>) {
  const upstreams = new ScriptedUpstreams();
  const ctx = testContext();
  ctx.route = '/api/pages/product/:id';
  const answer = compileView(definition, upstreams)({ id: 'p1' }, ctx);
  answer.catch(() => undefined);
  await settled();
  for (const [target, body] of Object.entries(bodies)) upstreams.to(target).answer(body, headers);
  return answer;
}

const both = { '/products/p1': { name: 'A' }, '/stock/p1': { available: 1 } };

describe('compileView() at boot', () => {
  const problemsOf = (definition: View): readonly string[] => {
    try {
      compileView(definition, new ScriptedUpstreams());
      return [];
    } catch (error) {
      return ConfigError.problemsOf(error);
    }
  };

  it('names a call that is written without its template, and how to write it', async () => {
    const untyped = catalog.get as unknown as (path: string) => Call<object>;
    const fix =
      'a call to catalog is made without its template: write it as catalog.get`/path/${value}`, without parentheses';
    const found = Plan.for<Input>()
      .required('price', ({ id }) => untyped('/prices/' + id))
      .optionalEach('each', ({ id }) => [id], { call: (id) => untyped('/' + id) })
      .optional('after', (_, { price }) => untyped(`/${String(price)}`), { after: ['price'] });
    expect(problemsOf(view({ input, plan: found }))).toEqual([
      `part "price": ${fix}`,
      `part "each": ${fix}`,
      `part "after": ${fix}`,
    ]);
    // A dry run does not get as far as this call.
    const hidden = plan.required('price', (one) => (one.id === 'p1' ? untyped('/p') : catalog.get<object>`/p`), {
      after: ['product'],
    });
    const failure = await failureOf(run(view({ input, plan: hidden }), both));
    expect(failure).toMatchObject({ code: 'internal', part: 'price' });
    expect(inspect(failure, { depth: 9 })).toContain(fix);
  });

  it.each([
    [1, 1, []],
    [2, 2, []],
    [1, 2, ['the plan makes 2 calls, maxCalls allows 1: raise it']],
    [0, 1, ['maxCalls must be a whole number above 0']],
    [1.5, 1, ['maxCalls must be a whole number above 0']],
    [NaN, 1, ['maxCalls must be a whole number above 0']],
  ])(
    'takes whole numbers from 1 for maxCalls, as many as the plan has calls: %f for %i',
    (maxCalls, calls, problems) => {
      const one = Plan.for<Input>().required('one', () => catalog.get<object>`/one`);
      const two = one.optional('two', () => catalog.get<object>`/two`);
      expect(problemsOf(view({ input, plan: calls === 1 ? one : two, maxCalls }))).toEqual(problems);
    },
  );

  it('lists everything that is wrong at once', () => {
    const broken = plan
      .optional('one', () => unknown.get<object>`/one`)
      .optionalEach('each', ({ id }) => [id], { call: (id) => unknown.get<object>`/${id}` })
      .optionalBatch('batch', ({ id }) => [id], { call: (ids) => unknown.get<[]>`/${ids}` })
      .optional('deep', (_, { product }) => unknown.get<object>`/${product.name.split(',').map((x) => x)[0]!}`, {
        after: ['product'],
      })
      .required('needy', (_, { stock }) => catalog.get<object>`/${stock.available}`, { after: ['stock'] });
    expect(problemsOf(view({ input, plan: broken, maxCalls: 4 }))).toEqual([
      'part "one" calls upstream "catalogue", which is not defined: add it to the upstreams',
      'part "each" calls upstream "catalogue", which is not defined: add it to the upstreams',
      'part "batch" calls upstream "catalogue", which is not defined: add it to the upstreams',
      'part "deep" calls upstream "catalogue", which is not defined: add it to the upstreams',
      'required part "needy" needs "stock", which may be missing: give it an otherwise',
      'the plan makes 5 calls, maxCalls allows 4: raise it',
    ]);
    expect(problemsOf(view({ input, plan: Plan.for<Input>(), maxCalls: 0 }))).toEqual([
      'the plan has no parts: add one with required() or optional()',
      'maxCalls must be a whole number above 0',
    ]);
  });

  it('gives up on a part that cannot be tried without data, and checks it when it runs', async () => {
    const endless = (start: Input) => {
      let node: { next?: unknown } = start as object;
      while (node.next) node = node.next;
      return unknown.get<object>`/end`;
    };
    const definition = view({ input, plan: Plan.for<Input>().required('end', endless) });
    expect(problemsOf(definition)).toEqual([]);
    expect(await failureOf(run(definition, {}))).toMatchObject({ code: 'internal', part: 'end' });
  });
});

describe('a compiled view', () => {
  it('refuses invalid input, field by field, and asks nobody', async () => {
    const upstreams = new ScriptedUpstreams();
    const answer = compileView(view({ input, plan }), upstreams)({ id: 'far too long', page: 'x' }, testContext());
    const { code, fields } = await failureOf(answer);
    expect(code).toBe('input-invalid');
    expect(fields?.map(({ field }) => field)).toEqual(['id', 'page']);
    expect(upstreams.calls).toHaveLength(0);
  });

  it('passes on the bytes of its parts in the order of the plan, whatever the order they came in', async () => {
    const product = '\n {"name" : "A", "n":9007199254740993, "e":1e400, "name":"B"} \n';
    const answer = await run(view({ input, plan }), { '/stock/p1': ['x'], '/products/p1': product });
    expect(textOf(answer)).toBe(`{"product":${product},"stock":["x"]}`);
    expect(answer.body.length).toBe(textOf(answer).length);
    expect([answer.status, fieldOf(answer, 'content-type')]).toEqual([200, 'application/json']);
  });

  it('says the truth of each part in structured fields', async () => {
    const answer = await run(view({ input, plan }), both);
    expect(partsOf(answer)).toMatch(
      /^[a-z*][\w!#$%&'*+.^`|~:/-]*;[a-z*][\w.*-]*(, [a-z*][\w!#$%&'*+.^`|~:/-]*;[a-z*][\w.*-]*)*$/,
    );
    expect(fieldOf(answer, 'server-timing')).toMatch(/^product;dur=\d+(\.\d)?, stock;dur=\d+(\.\d)?$/);
    expect(fieldOf(answer, 'etag')).toBeUndefined();
  });

  it('lets the strictest part decide on caching', async () => {
    const cacheControl = async (headers?: Record<string, string>): Promise<string | undefined> =>
      fieldOf(await run(view({ input, plan }), both, headers), 'cache-control');
    expect(await cacheControl()).toBe('no-cache');
    expect(await cacheControl({ 'cache-control': 'public, max-age=60', age: '10' })).toBe('public, max-age=50');
    expect(await cacheControl({ 'cache-control': 'private, max-age=60' })).toBe('private, max-age=60');
  });

  it('reads a part once when another needs it, and passes its own bytes on all the same', async () => {
    const chained = plan.optional('more', (_, { product }) => catalog.get<object>`/more/${product.name}`, {
      after: ['product'],
    });
    const upstreams = new ScriptedUpstreams();
    const answer = compileView(view({ input, plan: chained }), upstreams)({ id: 'p1' }, testContext());
    await settled();
    upstreams.to('/products/p1').answer('{"name":"A","n":9007199254740993}');
    upstreams.to('/stock/p1').answer({});
    await settled();
    upstreams.to('/more/A').answer({});
    expect(textOf(await answer)).toBe('{"product":{"name":"A","n":9007199254740993},"stock":{},"more":{}}');
  });

  it('parses parts that nobody reads only when their upstream is not trusted', async () => {
    for (const [validateJson, parts] of [
      [false, 'product;ok, stock;ok'],
      [true, 'product;ok, stock;invalid'],
    ] as const) {
      const upstreams = new ScriptedUpstreams(['catalog'], validateJson);
      const answer = compileView(view({ input, plan }), upstreams)({ id: 'p1' }, testContext());
      await settled();
      upstreams.to('/products/p1').answer('{"n":9007199254740993}');
      upstreams.to('/stock/p1').answer('{"n":NaN}');
      expect(partsOf(await answer)).toBe(parts);
      expect(textOf(await answer)).toContain('{"n":9007199254740993}');
    }
  });

  it('gives a mapper typed parts and the checked input, missing parts included', async () => {
    const mapped = view({
      input,
      plan,
      map: ({ product, stock }, { page }) => ({ title: product.name, left: stock?.available ?? 'unknown', page }),
    });
    expect(jsonOf(await run(mapped, both))).toEqual({ title: 'A', left: 1, page: 1 });
    const partial = await run(mapped, { '/products/p1': { name: 'Ä' }, '/stock/p1': 'nothing' });
    expect(jsonOf(partial)).toEqual({ title: 'Ä', left: 'unknown', page: 1 });
    expect(partial.body.length).toBe(Buffer.byteLength(textOf(partial)));
    expect(partsOf(partial)).toBe('product;ok, stock;invalid');
  });

  it('checks the shape of a part where the plan says how it must look, before anyone reads it', async () => {
    const shape = z.object({ name: z.string() });
    const shaped = Plan.for<Input>()
      .optional('product', ({ id }) => catalog.get<{ name: string }>`/products/${id}`, { shape })
      .optionalEach('stock', ({ id }) => [id], {
        call: (id) => catalog.get<{ available: number }>`/stock/${id}`,
        shape: z.array(z.object({ available: z.number() })),
        otherwise: [],
      });
    const map = ({ product }: { product: { name: string } | null }) => product?.name.toUpperCase() ?? null;
    const bad = { '/products/p1': { name: 7 }, '/stock/p1': { available: 'many' } };
    const answer = await run(view({ input, plan: shaped, map }), bad);
    expect([textOf(answer), partsOf(answer)]).toEqual(['null', 'product;invalid, stock;fallback']);
    const good = await run(view({ input, plan: shaped }), { ...both, '/products/p1': '{ "name": "A", "more": 1 }' });
    expect(textOf(good)).toBe('{"product":{ "name": "A", "more": 1 },"stock":[{"available":1}]}');
  });

  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('{')],
    ['returns nothing', () => undefined],
    ['returns what is no JSON', () => 10n],
  ])('calls it an internal error, with the name of its route, when a mapper %s', async (_, map) => {
    const failure = await failureOf(run(view({ input, plan, map }), both) as Promise<ViewAnswer>);
    expect(failure).toMatchObject({ code: 'internal', detail: undefined });
    expect(String(failure.cause)).toContain('the mapper of /api/pages/product/:id failed');
  });
});
