import { testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, partsOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view } from './view.ts';

interface Input {
  readonly id: string;
}
const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const base = Plan.for<Input>().required(
  'product',
  ({ id }) => catalog.get<{ category: { id: string } }>`/products/${id}`,
);

function start<P>(plan: Plan<Input, P>, id = 'p1') {
  const upstreams = new ScriptedUpstreams();
  const answer = compileView(view({ input: z.object({ id: z.string() }), plan }), upstreams)({ id }, testContext());
  answer.catch(() => undefined);
  return { upstreams, answer };
}

describe('whose fault a failure is', () => {
  it.each([
    [404, 'resource-not-found', 'there is no such product'],
    [410, 'resource-not-found', 'there is no such product'],
    [429, 'upstream-unavailable', undefined],
    [503, 'upstream-unavailable', undefined],
    [500, 'upstream-status', undefined],
    [302, 'upstream-status', undefined],
    [206, 'upstream-status', undefined],
  ])('turns the status %i of a required part into %s', async (status, code, detail) => {
    const { upstreams, answer } = start(base);
    await settled();
    upstreams.to('/products/p1').answer({}, { 'retry-after': '7', location: 'http://127.0.0.1/' }, status);
    const headers = code === 'upstream-unavailable' ? { 'retry-after': '7' } : undefined;
    expect(await failureOf(answer)).toMatchObject({ code, part: 'product', detail, headers });
  });

  it('blames upstream data of the wrong shape on the upstream: an optional part falls back, a required one fails', async () => {
    const needy = (_: object, { product }: { product: { category: { id: string } } }) =>
      catalog.get<object>`/products?category=${product.category.id}`;
    const optional = start(base.optional('related', needy, { after: ['product'], otherwise: [] }));
    await settled();
    optional.upstreams.to('/products/p1').answer({});
    expect(partsOf(await optional.answer)).toBe('product;ok, related;fallback');
    const required = start(base.required('related', needy, { after: ['product'] }));
    await settled();
    required.upstreams.to('/products/p1').answer({});
    expect(await failureOf(required.answer)).toMatchObject({
      code: 'upstream-body-invalid',
      part: 'related',
      detail: '"product" do not hold what "related" needs of them',
    });
  });

  it.each(['upstream-connect', 'upstream-unavailable', 'upstream-circuit-open', 'upstream-saturated'] as const)(
    'calls an optional part unavailable whose upstream failed with %s',
    async (code) => {
      const stock = ({ id }: Input) => catalog.get<object>`/stock/${id}`;
      const { upstreams, answer } = start(base.optional('stock', stock));
      await settled();
      upstreams.to('/products/p1').answer({});
      upstreams.to('/stock/p1').fail(code);
      expect(partsOf(await answer)).toBe('product;ok, stock;unavailable');
    },
  );

  it('blames a dot segment in the input on the client', async () => {
    const { answer } = start(base, '..');
    expect(await failureOf(answer)).toMatchObject({ code: 'input-invalid', part: 'product' });
  });
});
