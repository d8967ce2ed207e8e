import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { FakeClock, testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, partsOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView } from './compile-view.ts';
import type { PartFailedEvent } from './events.ts';
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

  it.each([
    ['an empty key', '1,,2', 'input-invalid'],
    ['more keys than a request may ask for', 'abcdefghijklmnopqrstuvwxyz'.split('').join(), 'input-invalid'],
    ['keys that are right, beside an empty one of an upstream', '1,2', 'upstream-body-invalid'],
  ])('is told by the input where a part reads others too: %s', async (_, id, code) => {
    const plan = base.requiredEach(
      'codes',
      ({ id: codes }, { product }) => [...codes.split(','), product.category.id],
      {
        after: ['product'],
        call: (key) => catalog.get<object>`/codes/${key}`,
      },
    );
    const { upstreams, answer } = start(plan, id);
    await settled();
    upstreams
      .to(`/products/${encodeURIComponent(id)}`)
      .answer({ category: { id: code === 'input-invalid' ? 'c' : '' } });
    expect(await failureOf(answer)).toMatchObject({ code, part: 'codes' });
  });

  it('is the client where a number of the input has lost its digits, for a part that reads others too', async () => {
    const upstreams = new ScriptedUpstreams();
    const input = z.object({ id: z.coerce.number() });
    const plan = Plan.for<{ id: number }>()
      .required('product', () => catalog.get<object>`/product`)
      .required('page', ({ id }) => catalog.get<object>`/pages/${id}`, { after: ['product'] });
    const answer = compileView(view({ input, plan }), upstreams)({ id: '9007199254740993' }, testContext());
    answer.catch(() => undefined);
    await settled();
    upstreams.to('/product').answer({});
    expect(await failureOf(answer)).toMatchObject({ code: 'input-invalid', part: 'page' });
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

  it('blames data that has a shape on nobody: what a part throws over it is our own mistake', async () => {
    const product = z.object({ category: z.object({ id: z.string() }) });
    const checked = Plan.for<Input>().required(
      'product',
      ({ id }) => catalog.get<z.infer<typeof product>>`/products/${id}`,
      { shape: product },
    );
    const broken = () => {
      throw new TypeError('a mistake');
    };
    const { upstreams, answer } = start(checked.required('related', broken, { after: ['product'] }));
    await settled();
    upstreams.to('/products/p1').answer({ category: { id: 'c' } });
    expect(await failureOf(answer)).toMatchObject({ code: 'internal', part: 'related' });
  });
});

describe('what is told of a part that failed', () => {
  const told: PartFailedEvent[] = [];
  const listen = (event: unknown): void => void told.push(event as PartFailedEvent);
  beforeEach(() => {
    told.length = 0;
    subscribe('portico.aggregation.part-failed', listen);
  });
  afterEach(() => unsubscribe('portico.aggregation.part-failed', listen));

  const stock = ({ id }: Input) => catalog.get<object>`/stock/${id}`;

  it('is its cause and its upstream, whether it is required or not', async () => {
    const { upstreams, answer } = start(base.optional('stock', stock));
    await settled();
    upstreams.to('/stock/p1').answer('{"n":', {});
    await settled();
    upstreams.to('/products/p1').fail('upstream-connect');
    await failureOf(answer);
    expect(told).toEqual([
      expect.objectContaining({ part: 'stock', required: false, upstream: 'catalog', isOwn: false }),
      expect.objectContaining({ part: 'product', required: true, upstream: 'catalog', isOwn: false }),
    ]);
    expect(told.map(({ error }) => error.code)).toEqual(['upstream-body-invalid', 'upstream-connect']);
    expect(told[0]).toMatchObject({ requestId: expect.any(String) as string, traceId: expect.any(String) as string });
  });

  it('is the upstream of a part whose own time is over too', async () => {
    const clock = new FakeClock();
    const upstreams = new ScriptedUpstreams();
    const plan = base.optional('stock', stock, { timeout: 100 });
    const run = compileView(view({ input: z.object({ id: z.string() }), plan }), upstreams);
    const answer = run({ id: 'p1' }, testContext({ clock }));
    await settled();
    clock.advance(100);
    upstreams.to('/products/p1').answer({});
    await answer;
    expect(told).toEqual([expect.objectContaining({ part: 'stock', upstream: 'catalog' })]);
    expect(told[0]!.error.code).toBe('upstream-timeout');
  });

  it.each([
    [
      'a part',
      base.optional('stock', ((): never => {
        throw new TypeError('a mistake');
      }) as typeof stock),
      'internal',
    ],
    [
      'a part after others',
      base.optional(
        'stock',
        () => {
          throw new TypeError('a mistake');
        },
        { after: ['product'] },
      ),
      'upstream-body-invalid',
    ],
    [
      'a shape',
      base.optional('stock', stock, {
        shape: z.object({}).transform((): object => {
          throw new TypeError('a mistake');
        }),
      }),
      'internal',
    ],
    [
      'keys',
      base.optionalEach(
        'stock',
        () => {
          throw new TypeError('a mistake');
        },
        { call: () => stock({ id: '1' }) },
      ),
      'internal',
    ],
  ] as const)('is an exception of our own, with its stack, when %s throws', async (_, plan, code) => {
    const { upstreams, answer } = start(plan as typeof base);
    await settled();
    for (const call of upstreams.calls) call.answer({});
    await answer;
    expect(told).toEqual([expect.objectContaining({ part: 'stock', isOwn: true })]);
    expect(told[0]!.error.code).toBe(code);
    let cause: unknown = told[0]!.error;
    while (cause instanceof Error && cause.message !== 'a mistake') cause = cause.cause;
    expect((cause as Error).stack).toContain('part-failure.spec');
  });

  it('quotes nothing of what the upstream sent', async () => {
    const { upstreams, answer } = start(base.optional('stock', stock, { shape: z.object({ n: z.number() }) }));
    await settled();
    upstreams.to('/stock/p1').answer('{"n":secret-word}');
    upstreams.to('/products/p1').answer({});
    await answer;
    expect(inspect(told[0]!.error, { depth: 9 })).not.toContain('secret-word');
  });
});
