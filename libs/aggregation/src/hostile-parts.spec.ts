import { gzipSync } from 'node:zlib';
import { BffError } from '@portico/core';
import {
  eventually,
  hang,
  reply,
  reset,
  type Script,
  startFakeUpstream,
  startRawUpstream,
  testContext,
} from '@portico/testing';
import { buildUpstreams, defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, fieldOf, jsonOf, partsOf, textOf } from '../test/answers.ts';
import { type CompiledView, compileView } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view } from './view.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const shop = defineUpstream('shop', { url: 'http://127.0.0.1:1' });
const plan = Plan.for<object>()
  .required('product', () => shop.get<object>`/product`)
  .optional('stock', () => shop.get<object>`/stock`, { timeout: 300 })
  .optional('reviews', () => shop.get<object>`/reviews`, { maxBytes: 1000, otherwise: [] });

function compiled(url: string, validateJson = false): CompiledView {
  const upstreams = buildUpstreams([defineUpstream('shop', { url, validateJson })], {});
  open.push(upstreams);
  return compileView(view({ input: z.object({}), plan }), upstreams);
}

async function start(script: Script) {
  const upstream = await startFakeUpstream(script);
  open.push(upstream);
  return { upstream, run: compiled(upstream.url) };
}

const json = reply({ json: { n: 1 } });

describe('parts from real upstreams', () => {
  it('splices what three calls answer, of any size, byte for byte', async () => {
    const large = `{"text":"${'x'.repeat(300_000)}","n":9007199254740993}`;
    const { run, upstream } = await start({
      '/product': reply({
        chunks: [large.slice(0, 7), large.slice(7)],
        headers: { 'content-type': 'application/json' },
      }),
      '/stock': json,
      '/reviews': json,
    });
    expect(textOf(await run({}, testContext()))).toBe(`{"product":${large},"stock":{"n":1},"reviews":{"n":1}}`);
    const { headers, method } = upstream.requests[0]!;
    expect(method).toBe('GET');
    expect(headers).toMatchObject({ accept: 'application/json', 'accept-encoding': 'identity' });
  });

  it('case 29: an answer that is compressed although we asked for none is never inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    const encoded = (encoding: string) =>
      reply({ body: bomb, headers: { 'content-type': 'application/json', 'content-encoding': encoding } });
    for (const encoding of ['gzip', 'GZIP', 'br', 'x', Array(500).fill('gzip').join(', ')]) {
      const { run } = await start({ '/product': json, '/stock': encoded(encoding), '/reviews': json });
      expect(partsOf(await run({}, testContext()))).toBe('product;ok, stock;invalid, reviews;ok');
    }
    const { run } = await start({ '/product': encoded('gzip') });
    expect(await failureOf(run({}, testContext()))).toMatchObject({ code: 'upstream-body-invalid', part: 'product' });
  });

  it('case 29: an answer larger than the part may be is cut off, announced or not', async () => {
    const endless = function* () {
      for (;;) yield '{"a":'.repeat(100);
    };
    const headers = { 'content-type': 'application/json' };
    const limitless = reply({ headers, chunks: endless() });
    for (const large of [reply({ json: ['x'.repeat(2000)] }), limitless]) {
      const { run, upstream } = await start({ '/product': json, '/stock': json, '/reviews': large });
      const answer = await run({}, testContext());
      expect(partsOf(answer)).toBe('product;ok, stock;ok, reviews;fallback');
      expect(fieldOf(answer, 'server-timing')).toContain('desc="upstream-body-too-large"');
      if (large === limitless) {
        await eventually(() => upstream.requests.some(({ url, aborted }) => aborted && url === '/reviews'));
      }
    }
  });

  it('case 84: hands on what only looks strange, and refuses what is no JSON', async () => {
    const strange = '{"then":1,"toJSON":"x","n":9007199254740993,"e":1e400,"a":1,"a":2,"__proto__":{"polluted":1}}';
    const headers = { 'content-type': 'application/json' };
    const { run } = await start({
      '/product': reply({ body: strange, headers }),
      '/stock': reply({ body: '{"a":1}}', headers }),
      '/reviews': reply({ body: '{"a":1', headers }),
    });
    const answer = await run({}, testContext());
    expect(textOf(answer)).toBe(`{"product":${strange},"stock":null,"reviews":[]}`);
    expect(partsOf(answer)).toBe('product;ok, stock;invalid, reviews;fallback');
  });

  it.each([
    '{"n":1},"stock":{"available":9}',
    '{"n":1},"product":{"ok":false},"z":{}',
    '{}{}',
    '{"a":"}',
    '{"a":[}',
    '1,"x":2',
  ])('a part cannot leave its place and stand for others: %s', async (body) => {
    const forged = reply({ body, headers: { 'content-type': 'application/json' } });
    const { run } = await start({ '/product': json, '/stock': forged, '/reviews': json });
    const answer = await run({}, testContext());
    expect(jsonOf(answer)).toEqual({ product: { n: 1 }, stock: null, reviews: { n: 1 } });
    expect(partsOf(answer)).toBe('product;ok, stock;invalid, reviews;ok');
  });

  it.each(['"text"', '0', 'null', ' true\n', '[1]'])('a part may be any JSON value: %j', async (body) => {
    const value = reply({ body, headers: { 'content-type': 'application/json' } });
    const { run } = await start({ '/product': value, '/stock': json, '/reviews': json });
    expect(jsonOf(await run({}, testContext()))).toEqual({
      product: JSON.parse(body),
      stock: { n: 1 },
      reviews: { n: 1 },
    });
  });

  it('a list of a fan-out cannot leave its place either, whatever stands beside it', async () => {
    for (const body of ['{"items":[1] [2]}', '{"items":[1]}}', '[1],[2]', '{"items":[1]', '{"items":[{]}}']) {
      const { upstream } = await start(reply({ body, headers: { 'content-type': 'application/json' } }));
      const lists = Plan.for<object>().optionalBatch('list', () => ['a'], { call: () => shop.get<number[]>`/list` });
      const upstreams = buildUpstreams([defineUpstream('shop', { url: upstream.url })], {});
      open.push(upstreams);
      const answer = await compileView(view({ input: z.object({}), plan: lists }), upstreams)({}, testContext());
      expect([textOf(answer), partsOf(answer)]).toEqual(['{"list":null}', 'list;invalid']);
    }
  });

  it('a byte order mark is skipped, read or not, and its length counted', async () => {
    const marked = reply({ body: '\ufeff{"n":1}', headers: { 'content-type': 'application/json' } });
    const halves = reply({
      chunks: [Buffer.from([0xef]), Buffer.from([0xbb, 0xbf]), Buffer.from('{"n":1}')],
      headers: { 'content-type': 'application/json' },
    });
    const { run } = await start({ '/product': marked, '/stock': halves, '/reviews': json });
    expect(textOf(await run({}, testContext()))).toBe('{"product":{"n":1},"stock":{"n":1},"reviews":{"n":1}}');
  });

  it.each([
    ['iso-8859-1', Buffer.from('{"a":"\u00e9"}', 'latin1')],
    ['"ISO-8859-1"', Buffer.from('{"a":1}')],
    ['utf-16le', Buffer.from('{"a":1}', 'utf16le')],
    ['utf-8; charset=windows-1252', Buffer.from('{"a":1}')],
    ['utf-8', Buffer.from('{"a":"\u00e9"}', 'latin1')],
  ])('a part in another encoding than UTF-8 is refused, whether it says so or not: %s', async (charset, body) => {
    const other = reply({ body, headers: { 'content-type': `application/json;charset=${charset}` } });
    const { run } = await start({ '/product': json, '/stock': other, '/reviews': json });
    expect(partsOf(await run({}, testContext()))).toBe('product;ok, stock;invalid, reviews;ok');
  });

  it('validateJson refuses what keeps its place and is no JSON all the same', async () => {
    for (const body of ['{"n":NaN}', '{/* one */"n":1}', '[1 2]', "{'n':1}"]) {
      const invalid = reply({ body, headers: { 'content-type': 'application/json' } });
      const { upstream, run } = await start({ '/product': json, '/stock': invalid, '/reviews': json });
      expect(partsOf(await run({}, testContext()))).toBe('product;ok, stock;ok, reviews;ok');
      expect(partsOf(await compiled(upstream.url, true)({}, testContext()))).toBe(
        'product;ok, stock;invalid, reviews;ok',
      );
    }
  });

  it('case 85: a hanging, a broken and a failing part are named; the answer comes in time and losers are cancelled', async () => {
    const { run, upstream } = await start({ '/product': json, '/stock': hang(), '/reviews': reset() });
    const answer = await run({}, testContext());
    expect(jsonOf(answer)).toEqual({ product: { n: 1 }, stock: null, reviews: [] });
    expect(partsOf(answer)).toBe('product;ok, stock;timeout, reviews;fallback');
    await eventually(() => upstream.requests.every(({ url, aborted }) => aborted || url === '/product'));
  });

  it('case 85: a required part that fails cancels the others on the wire', async () => {
    const { run, upstream } = await start({
      '/product': reply({ status: 500, delay: 50 }),
      '/stock': hang(),
      '/reviews': hang(),
    });
    expect(await failureOf(run({}, testContext()))).toMatchObject({ code: 'upstream-status', part: 'product' });
    await eventually(() => upstream.requests.filter(({ aborted }) => aborted).length === 2);
  });

  it('case 85: an upstream that is gone is named by the part that needed it', async () => {
    const upstream = await startFakeUpstream(json);
    await upstream.close();
    expect(await failureOf(compiled(upstream.url)({}, testContext()))).toMatchObject({
      code: 'upstream-connect',
      part: 'product',
      upstream: 'shop',
    });
  });

  it('case 85: an answer that is cut short or longer than it says is never spliced', async () => {
    const cut = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a":1}';
    const upstream = await startRawUpstream((socket) => void socket.end(cut));
    open.push(upstream);
    const { code } = await failureOf(compiled(upstream.url)({}, testContext()));
    expect(['upstream-framing', 'upstream-reset']).toContain(code);
  });

  it('cancels the calls on the wire when the client has gone', async () => {
    const { run, upstream } = await start(hang());
    const ctx = testContext();
    const answer = run({}, ctx);
    answer.catch(() => undefined);
    await eventually(() => upstream.requests.length === 3);
    ctx.abort(new BffError('client-aborted'));
    expect(await failureOf(answer)).toMatchObject({ code: 'client-aborted' });
    await eventually(() => upstream.requests.every(({ aborted }) => aborted));
  });
});
