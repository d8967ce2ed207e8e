import { BffError } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, fieldOf, jsonOf, partsOf, textOf } from '../test/answers.ts';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view } from './view.ts';

const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const inventory = defineUpstream('inventory', { url: 'http://127.0.0.1:4002' });
const reviews = defineUpstream('reviews', { url: 'http://127.0.0.1:4005' });
const input = z.object({ id: z.string() });

interface Product {
  readonly category: string;
}

const page = view({
  input,
  plan: Plan.for<{ id: string }>()
    .required('product', ({ id }) => catalog.get<Product>`/products/${id}`)
    .optional('stock', ({ id }) => inventory.get<object>`/stock/${id}`, {
      timeout: 200,
      otherwise: { available: null },
    })
    .optional('related', (_, { product }) => catalog.get<object>`/products?category=${product.category}`, {
      after: ['product'],
      otherwise: { items: [] },
    })
    .optional('latest', ({ id }) => reviews.get<{ first: string }>`/reviews?product=${id}`)
    .optional('author', (_, { latest }) => reviews.get<object>`/authors/${latest.first}`, { after: ['latest'] }),
});

function start(definition = page) {
  const upstreams = new ScriptedUpstreams();
  const clock = new FakeClock();
  const ctx = testContext({ clock });
  const answer = compileView(definition, upstreams)({ id: 'p1' }, ctx);
  answer.catch(() => undefined);
  return { upstreams, clock, ctx, answer };
}

describe('how a plan runs', () => {
  it('starts independent parts at once and the others as soon as what they need is there', async () => {
    const { upstreams, answer } = start();
    await settled();
    expect(upstreams.targets).toEqual(['/products/p1', '/stock/p1', '/reviews?product=p1']);
    upstreams.to('/products/p1').answer({ category: 'c 7' });
    await settled();
    expect(upstreams.targets[3]).toBe('/products?category=c%207');
    upstreams.to('/reviews?product=p1').answer({ first: 'r1' });
    await settled();
    upstreams.to('/authors/r1').answer({ name: 'A' });
    upstreams.to('/products?category=c%207').answer({ items: [1] });
    upstreams.to('/stock/p1').answer({ available: 3 });
    expect(jsonOf(await answer)).toEqual({
      product: { category: 'c 7' },
      stock: { available: 3 },
      related: { items: [1] },
      latest: { first: 'r1' },
      author: { name: 'A' },
    });
    expect(partsOf(await answer)).toBe('product;ok, stock;ok, related;ok, latest;ok, author;ok');
  });

  it('says which parts are the fallback of their upstream, and goes on with them as with others', async () => {
    const { upstreams, answer } = start();
    await settled();
    upstreams.to('/products/p1').answer({ category: 'c7' }, { 'x-portico-fallback': 'last-good' });
    upstreams.to('/stock/p1').answer({ available: 0 }, { 'x-portico-fallback': 'answer' });
    upstreams.to('/reviews?product=p1').answer({ first: 'r1' }, { 'x-portico-fallback': 'answer' });
    await settled();
    upstreams.to('/products?category=c7').answer({ items: [1] });
    upstreams.to('/authors/r1').answer({ name: 'A' });
    expect(jsonOf(await answer)).toMatchObject({ product: { category: 'c7' }, stock: { available: 0 }, author: {} });
    expect(partsOf(await answer)).toBe('product;fallback, stock;fallback, related;ok, latest;fallback, author;ok');
  });

  it('asks for JSON that is not compressed and bounds its size', async () => {
    const { upstreams } = start();
    await settled();
    expect(upstreams.calls[0]!.request).toMatchObject({
      method: 'GET',
      target: '/products/p1',
      headers: ['accept', 'application/json', 'accept-encoding', 'identity'],
      holdUpTo: 2 * 1024 * 1024,
    });
  });

  it('case 85: one of five parts too slow: the others are answered, the slow one is cancelled and named', async () => {
    const { upstreams, clock, answer } = start();
    await settled();
    upstreams.to('/products/p1').answer({ category: 'c' });
    upstreams.to('/reviews?product=p1').answer({ first: 'r1' });
    await settled();
    upstreams.to('/authors/r1').answer({});
    upstreams.to('/products?category=c').answer({});
    await settled();
    clock.advance(199);
    expect(upstreams.to('/stock/p1').cancelled).toBeUndefined();
    clock.advance(1);
    expect(upstreams.to('/stock/p1').cancelled).toBe('deadline-exceeded');
    expect(jsonOf(await answer)).toMatchObject({ stock: { available: null } });
    expect(partsOf(await answer)).toBe('product;ok, stock;timeout, related;ok, latest;ok, author;ok');
    expect(fieldOf(await answer, 'server-timing')).toContain('stock;dur=200;desc="upstream-timeout"');
    expect(fieldOf(await answer, 'cache-control')).toBe('no-store');
    expect(clock.pending).toBe(0);
  });

  it('case 85: a part that fails is replaced; what needs it and has nothing to go on is skipped', async () => {
    const { upstreams, answer } = start();
    await settled();
    upstreams.to('/products/p1').answer({ category: 'c' });
    upstreams.to('/stock/p1').answer('{"available"', {}, 500);
    upstreams.to('/reviews?product=p1').fail('upstream-connect');
    await settled();
    upstreams.to('/products?category=c').answer('<html>', { 'content-type': 'text/html' });
    expect(textOf(await answer)).toBe(
      '{"product":{"category":"c"},"stock":{"available":null},"related":{"items":[]},"latest":null,"author":null}',
    );
    expect(partsOf(await answer)).toBe(
      'product;ok, stock;fallback, related;fallback, latest;unavailable, author;skipped',
    );
    expect(fieldOf(await answer, 'server-timing')).toBe(
      'product;dur=0, stock;dur=0;desc="upstream-status", related;dur=0;desc="upstream-body-invalid", ' +
        'latest;dur=0;desc="upstream-connect", author;dur=0;desc="skipped"',
    );
  });

  it('case 85: a required part that fails ends the view, names the part and cancels its siblings', async () => {
    const { upstreams, clock, answer } = start();
    await settled();
    upstreams.to('/products/p1').answer('oops', {}, 500);
    expect(await failureOf(answer)).toMatchObject({ code: 'upstream-status', part: 'product', upstream: 'catalog' });
    expect(upstreams.calls.slice(1).map(({ cancelled }) => cancelled)).toEqual(['upstream-status', 'upstream-status']);
    expect(clock.pending).toBe(0);
  });

  it('case 85: at the deadline of the request answers with what is there, if the required parts are', async () => {
    const { upstreams, clock, ctx, answer } = start();
    await settled();
    ctx.expireAfter(100);
    upstreams.to('/products/p1').answer({ category: 'c' });
    await settled();
    clock.advance(100);
    expect(partsOf(await answer)).toBe('product;ok, stock;timeout, related;timeout, latest;timeout, author;skipped');
    expect(upstreams.calls.map(({ cancelled }) => cancelled)).toEqual([
      'deadline-exceeded',
      'deadline-exceeded',
      'deadline-exceeded',
      'deadline-exceeded',
    ]);
  });

  it('fails at the deadline of the request when a required part is missing', async () => {
    const { clock, ctx, answer } = start();
    ctx.expireAfter(100);
    clock.advance(100);
    expect(await failureOf(answer)).toMatchObject({ code: 'deadline-exceeded', part: 'product' });
  });

  it('says of a required part that was given too little time that its upstream was too slow', async () => {
    const plan = Plan.for<{ id: string }>().required('product', () => catalog.get<object>`/p`, { timeout: 50 });
    const { clock, answer } = start(view({ input, plan }));
    clock.advance(50);
    expect(await failureOf(answer)).toMatchObject({ code: 'upstream-timeout', part: 'product' });
  });

  it('cancels everything when the client has gone, also what had not begun', async () => {
    const { upstreams, ctx, answer } = start();
    await settled();
    ctx.abort(new BffError('client-aborted'));
    expect(await failureOf(answer)).toMatchObject({ code: 'client-aborted' });
    expect(upstreams.calls.map(({ cancelled }) => cancelled)).toEqual(Array(3).fill('client-aborted'));
    upstreams.to('/products/p1').answer({ category: 'c' });
    await settled();
    expect(upstreams.calls).toHaveLength(3);
  });

  it('asks nothing for a request that was given up before it began', async () => {
    const upstreams = new ScriptedUpstreams();
    const ctx = testContext();
    ctx.abort(new BffError('client-aborted'));
    expect(await failureOf(compileView(page, upstreams)({ id: 'p1' }, ctx))).toMatchObject({ code: 'client-aborted' });
    expect(upstreams.calls).toHaveLength(0);
  });
});

describe('numbers that one part reads from another', () => {
  const numbers = Plan.for<{ id: string }>().required('order', ({ id }) => catalog.get<{ id: number }>`/orders/${id}`);
  const input = z.object({ id: z.string() });
  const after = numbers.required('lines', (_, { order }) => catalog.get<object>`/lines?order=${order.id}`, {
    after: ['order'],
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['1e400', '1e400'],
    ['1.10', '1.1'],
    ['7', '7'],
  ])('keep their value in the call that is made of them: %s', async (id, sent) => {
    const upstreams = new ScriptedUpstreams();
    const answer = compileView(view({ input, plan: after }), upstreams)({ id: 'a' }, testContext());
    await settled();
    upstreams.to('/orders/a').answer(`{"id":${id}}`);
    await settled();
    upstreams.to(`/lines?order=${sent}`).answer('{}');
    expect(textOf(await answer)).toBe(`{"order":{"id":${id}},"lines":{}}`);
  });

  it('can be computed with in a part function, as their types say', async () => {
    const plan = Plan.for<{ id: string }>()
      .required('price', () => catalog.get<{ gross: number }>`/price`)
      .required('offers', (_, { price }) => catalog.get<object>`/offers?below=${price.gross + 1}`, {
        after: ['price'],
      });
    const upstreams = new ScriptedUpstreams();
    const answer = compileView(view({ input, plan }), upstreams)({ id: 'a' }, testContext());
    await settled();
    upstreams.to('/price').answer('{"gross":1.10}');
    await settled();
    upstreams.to('/offers?below=2.1').answer('{}');
    expect(partsOf(await answer)).toBe('price;ok, offers;ok');
  });

  it('keep their digits as keys, from each answer of a fan-out', async () => {
    const upstreams = new ScriptedUpstreams();
    const plan = Plan.for<{ id: string }>()
      .requiredEach('orders', () => ['a'], { call: (key) => catalog.get<{ id: number }>`/orders/${key}` })
      .requiredEach('lines', (_, { orders }) => orders.map(({ id }) => String(id)), {
        after: ['orders'],
        call: (key) => catalog.get<object>`/lines/${key}`,
      });
    const answer = compileView(view({ input, plan }), upstreams)({ id: 'a' }, testContext());
    await settled();
    upstreams.to('/orders/a').answer('{"id":9007199254740993}');
    await settled();
    upstreams.to('/lines/9007199254740993').answer('{}');
    expect(partsOf(await answer)).toBe('orders;ok, lines;ok');
  });

  it('fail a part whose shape wants a number that JavaScript cannot hold, and reach a mapper as text', async () => {
    const shape = z.object({ id: z.number() });
    const shaped = Plan.for<{ id: string }>().required('order', () => catalog.get<{ id: number }>`/order`, { shape });
    const map = ({ order }: { order: { id: number } }) => order;
    for (const [definition, outcome] of [
      [view({ input, plan: shaped }), 'upstream-body-invalid'],
      [
        view({
          input,
          plan: Plan.for<{ id: string }>().required('order', () => catalog.get<{ id: number }>`/order`),
          map,
        }),
        '{"id":"9007199254740993"}',
      ],
    ] as const) {
      const upstreams = new ScriptedUpstreams();
      const answer = compileView(definition, upstreams)({ id: 'a' }, testContext());
      await settled();
      upstreams.to('/order').answer('{"id":9007199254740993}');
      expect(await answer.then(textOf, (error: BffError) => error.code)).toBe(outcome);
    }
  });
});
