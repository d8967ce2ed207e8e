import { growthOf, reply, type Script, startFakeUpstream, testContext } from '@portico/testing';
import { buildUpstreams, defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { failureOf, jsonOf, partsOf } from '../test/answers.ts';
import { isJsonType, isUtf8Type } from './check-answer.ts';
import { compileView, type ViewAnswer } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view } from './view.ts';

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const shop = defineUpstream('shop', { url: 'http://127.0.0.1:1' });
const plan = Plan.for<object>()
  .required('product', () => shop.get<object>`/product`)
  .optional('stock', () => shop.get<object>`/stock`);

async function answerTo(script: Script): Promise<ViewAnswer> {
  const upstream = await startFakeUpstream(script);
  const upstreams = buildUpstreams([defineUpstream('shop', { url: upstream.url })], {});
  open.push(upstreams, upstream);
  return compileView(view({ input: z.object({}), plan }), upstreams)({}, testContext());
}

const json = reply({ json: { n: 1 } });
const typed = (contentType: string) => reply({ body: '{"n":1}', headers: { 'content-type': contentType } });

describe('what is taken as JSON', () => {
  it.each([
    'application/json',
    'application/json\t',
    'application/json;',
    'application/json ; charset=utf-8',
    'application/json;charset="utf-8";x=y',
    'APPLICATION/JSON',
    'application/problem+json',
    'application/vnd.shop.v1+JSON;q=1',
  ])('case 44: takes the content type %j as JSON', async (contentType) => {
    const answer = await answerTo({ '/product': typed(contentType), '/stock': json });
    expect(jsonOf(answer)).toMatchObject({ product: { n: 1 } });
  });

  /** RFC 8259 8.1, and what is a part of it. */
  it.each([
    ['', true],
    ['; charset=utf-8', true],
    ['; charset=UTF8', true],
    ['; charset="us-ascii"', true],
    [';charset = ascii', true],
    ['; x=y; charset=utf-8', true],
    ['; charset=iso-8859-1', false],
    ['; charset=utf-16', false],
    ['; charset=utf-8; charset=latin1', false],
    ['; charset=', false],
  ])('application/json%s is in UTF-8: %s', (parameters, expected) => {
    expect(isUtf8Type(`application/json${parameters}`)).toBe(expected);
  });

  it.each([
    'text/html',
    'application/jsonp',
    'application/json-seq',
    'text/plain; application/json',
    'application/json, text/html',
    'application/+json',
    'application /json',
    'application/x json',
    'json',
  ])('case 44: does not take the content type %j as JSON', async (contentType) => {
    const answer = answerTo({ '/product': typed(contentType) });
    expect(await failureOf(answer)).toMatchObject({ code: 'upstream-body-invalid', part: 'product' });
  });

  it('case 44: an answer without a content type, or with two, is not JSON', async () => {
    const headers = ['content-type', 'application/json', 'content-type', 'text/html'];
    for (const part of [reply({ body: '{}' }), reply({ body: '{}', headers })]) {
      expect(partsOf(await answerTo({ '/product': json, '/stock': part }))).toBe('product;ok, stock;invalid');
    }
  });

  it.each(['a', '+json', 'a+', ' ', ';', '\t '])('matches content types with many %j in linear time', (piece) => {
    for (const start of ['application/', '', 'application/json;']) {
      const make = (size: number): string => `${start}${piece.repeat(size)},!`;
      expect(growthOf({ make, work: isJsonType }, 4_000)).toBeLessThan(4);
    }
  });
});
