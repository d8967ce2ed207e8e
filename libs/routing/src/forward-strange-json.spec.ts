import { Plan, view } from '@portico/aggregation';
import { type FakeUpstream, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { type RunningApp, startApp } from '../test/start-app.ts';

/** Documents that trip parsers; each is valid JSON unless its name says otherwise. */
const DOCUMENTS: Readonly<Record<string, Buffer>> = {
  'a-depth-of-100000': Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)),
  '200000-keys': Buffer.from(`{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join()}}`),
  'a-string-of-20-MiB': Buffer.from(JSON.stringify({ text: 'x'.repeat(20 * 1024 * 1024) })),
  'digits-beyond-2-to-53': Buffer.from('{"n":9007199254740993,"m":12345678901234567890,"d":1.10}'),
  'a-number-beyond-double': Buffer.from('[1e400]'),
  'duplicate-keys': Buffer.from('{"a":1,"a":2}'),
  'a-byte-order-mark': Buffer.from('\ufeff{"a":1}'),
  'invalid-utf-8': Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  'then-and-to-json': Buffer.from('{"then":1,"toJSON":"x","__proto__":{"polluted":1}}'),
};
const NAMES = Object.keys(DOCUMENTS);

describe('JSON that trips parsers', () => {
  let upstream: FakeUpstream;
  let app: RunningApp;

  beforeAll(async () => {
    const headers = { 'content-type': 'application/json' };
    upstream = await startFakeUpstream(
      Object.fromEntries(NAMES.map((name) => [`/${name}`, reply({ body: DOCUMENTS[name]!, headers })])),
    );
    const shop = defineUpstream('shop', { url: upstream.url, retry: false });
    const input = z.object({ name: z.string() });
    const page = view({
      input,
      plan: Plan.for<z.infer<typeof input>>().required('part', ({ name }) => shop.get<unknown>`/${name}`),
      map: ({ part }) => ({ part }),
    });
    const common = { auth: 'public', timeout: 10_000 } as const;
    app = await startApp(
      [shop],
      [
        { ...common, methods: ['GET'], path: '/api/*', upstream: shop, to: '/*' },
        { ...common, methods: ['GET'], path: '/page/:name', view: page },
      ],
    );
  });
  afterAll(async () => {
    await app?.close();
    await upstream.close();
  });

  it.each(NAMES)('passes through a forwarding route byte for byte: %s', async (name) => {
    const answer = await httpRequest(`${app.url}/api/${name}`);
    expect([answer.status, answer.complete]).toEqual([200, true]);
    expect(answer.body.equals(DOCUMENTS[name]!)).toBe(true);
  });

  it.each(['a-depth-of-100000', '200000-keys', 'a-string-of-20-MiB', 'invalid-utf-8'])(
    'is refused by a view that reads it, and the view serves on: %s',
    async (name) => {
      const refused = await httpRequest(`${app.url}/page/${name}`);
      expect(refused.json()).toMatchObject({
        code: expect.stringMatching(/^upstream-body-(invalid|too-large)$/),
        part: 'part',
      });
      expect((await httpRequest(`${app.url}/page/duplicate-keys`)).json()).toEqual({ part: { a: 2 } });
    },
  );

  it('names of members mean nothing to a view that reads them', async () => {
    const answer = await httpRequest(`${app.url}/page/then-and-to-json`);
    expect(answer).toMatchObject({ status: 200, text: '{"part":{"then":1,"toJSON":"x"}}' });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
