import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import {
  type FakeUpstream,
  parseResponses,
  rawRequest,
  reply,
  startBff,
  type StartedBff,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream } from '@portico/upstream';

/** Bytes that the row takes. */
const LIMIT = 1_000;

describe('a request behind a body that is too large', () => {
  let upstream: FakeUpstream;
  let bff: StartedBff;

  beforeAll(async () => {
    upstream = await startFakeUpstream(reply());
    const shop = defineUpstream('shop', { url: upstream.url });
    const row = { methods: ['POST'], upstream: shop, auth: 'public', timeout: 2_000 } as const;
    const routes = [
      { ...row, path: '/small', to: '/small', maxBodyBytes: LIMIT },
      { ...row, path: '/behind', to: '/behind' },
    ];
    @Module({ imports: [RoutingModule.forRoot({ name: 'test-bff', upstreams: [shop], routes })] })
    class AppModule {}
    const start = () => createBff({ name: 'test-bff', port: 0, module: AppModule });
    bff = await startBff(start, { LOG_LEVEL: 'silent' });
  });
  afterAll(async () => {
    await bff.close();
    await upstream.close();
  });

  const post = (path: string, fields: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: bff\r\n${fields}\r\n\r\n${body}`;
  const BEHIND = post('/behind', 'Content-Length: 3', 'abc');
  const large = 'a'.repeat(LIMIT + 1);
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n`;

  it.each([
    ['with a length', post('/small', `Content-Length: ${large.length}`, large)],
    ['in chunks', post('/small', 'Transfer-Encoding: chunked', `${chunk}0\r\n\r\n`)],
    ['in chunks that go on', post('/small', 'Transfer-Encoding: chunked', chunk.repeat(50) + '0\r\n\r\n')],
  ])('is executed only when the refusal keeps the connection, and is answered then: %s', async (_what, bytes) => {
    for (const sent of [
      [bytes + BEHIND],
      [bytes, 30, BEHIND],
      [bytes.slice(0, 600), 30, bytes.slice(600) + BEHIND + BEHIND],
    ]) {
      const before = upstream.requests.length;
      const received = await rawRequest(Number(new URL(bff.url).port), sent, { timeout: 3_000 });
      const [refusal, ...others] = parseResponses(received.bytes);
      expect(refusal).toMatchObject({ status: 413, complete: true });
      const closes = /^connection: close\r$/im.test(received.text);
      const executed = upstream.requests.slice(before).map(({ url }) => url);
      expect({ closed: received.closed, answered: others.length }).toEqual({
        closed: closes,
        answered: executed.length,
      });
      if (closes) expect(executed).toEqual([]);
    }
  });
});
