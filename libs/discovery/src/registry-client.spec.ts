import { getEventListeners, once } from 'node:events';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { eventually, type FakeUpstream, hang, reply, reset, startFakeUpstream } from '@portico/testing';
import { RegistryClient } from './registry-client.ts';

describe('RegistryClient', () => {
  const client = new RegistryClient();
  let registry: FakeUpstream;

  afterEach(() => registry.close());

  it('reads a whole answer, parsed when it is JSON', async () => {
    registry = await startFakeUpstream(reply({ status: 404, json: { known: false }, headers: { 'X-Index': '7' } }));
    const answer = await client.ask({ url: registry.url, timeout: 5_000 });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-index': '7' }, body: { known: false } });
  });

  it('gives up an answer that comes byte by byte, each in time', async () => {
    registry = await startFakeUpstream(reply({ chunks: Array<string>(10_000).fill('x'), chunkDelay: 20 }));
    await expect(client.ask({ url: registry.url, timeout: 300 })).rejects.toThrow('no answer within 300 ms');
  });

  it('gives up when the caller does, also when it had given up before', async () => {
    registry = await startFakeUpstream(hang());
    const caller = new AbortController();
    const asked = client.ask({ url: registry.url, timeout: 10_000, signal: caller.signal });
    setImmediate(() => caller.abort());
    await expect(asked).rejects.toThrow('canceled');
    await expect(client.ask({ url: registry.url, timeout: 10_000, signal: caller.signal })).rejects.toThrow('canceled');
  });

  it('bounds only the head of a stream in time', async () => {
    registry = await startFakeUpstream(reply({ chunks: Array<string>(40).fill('x'), chunkDelay: 20 }));
    const { body } = await client.stream({ url: registry.url, timeout: 300 });
    let length = 0;
    body.on('data', (chunk: Buffer) => (length += chunk.length));
    await once(body, 'end');
    expect(length).toBe(40);
  });

  it('reads its HTTP library again when that failed', async () => {
    registry = await startFakeUpstream(reply({ body: 'here' }));
    const own = new RegistryClient();
    jest.doMock('@nestjs/axios', () => {
      throw new Error('EMFILE: too many open files');
    });
    try {
      await expect(own.ask({ url: registry.url, timeout: 5_000 })).rejects.toThrow('EMFILE');
    } finally {
      jest.dontMock('@nestjs/axios');
    }
    expect((await own.ask({ url: registry.url, timeout: 5_000 })).body).toBe('here');
  });

  it('follows no redirect', async () => {
    registry = await startFakeUpstream(reply({ status: 302, headers: { location: 'http://169.254.169.254/' } }));
    expect(await client.ask({ url: registry.url, timeout: 5_000 })).toMatchObject({ status: 302 });
  });

  it('reads text that is no JSON as text', async () => {
    registry = await startFakeUpstream(reply({ body: '<html>' }));
    expect((await client.ask({ url: registry.url, timeout: 5_000 })).body).toBe('<html>');
  });

  it.each<[string, unknown]>([
    ['an object', { a: [1] }],
    ['a text', 'text'],
    ['null', null],
  ])('sends %s as JSON', async (_, body) => {
    registry = await startFakeUpstream(reply());
    await client.ask({ method: 'PUT', url: registry.url, body, timeout: 5_000 });
    const { method, headers, body: sent } = registry.requests[0]!;
    expect([method, headers['content-type'], JSON.parse(String(sent))]).toEqual(['PUT', 'application/json', body]);
  });

  it('sends no body when there is none', async () => {
    registry = await startFakeUpstream(reply());
    await client.ask({ method: 'PUT', url: registry.url, timeout: 5_000 });
    expect(registry.requests[0]!.headers).toMatchObject({ 'content-length': '0' });
  });

  describe('case 96: an answer of 100 MB', () => {
    const piece = Buffer.alloc(1024 * 1024, '[');
    const isTooLong = 'maxContentLength size of 16777216 exceeded';

    it('is given up after 16 MB when it does not say its length', async () => {
      let sent = 0;
      const chunks = (function* () {
        for (; sent < 100; sent++) yield piece;
      })();
      registry = await startFakeUpstream(reply({ chunks }));
      await expect(client.ask({ url: registry.url, timeout: 10_000 })).rejects.toThrow(isTooLong);
      expect(sent).toBeLessThan(50);
    });

    it('is given up after 16 MB when it was compressed to less', async () => {
      const body = gzipSync(Buffer.alloc(100 * 1024 * 1024, '['));
      expect(body.length).toBeLessThan(200_000);
      registry = await startFakeUpstream(reply({ body, headers: { 'content-encoding': 'gzip' } }));
      await expect(client.ask({ url: registry.url, timeout: 10_000 })).rejects.toThrow(isTooLong);
    });
  });

  it('case 96: gives up a registry that hangs', async () => {
    registry = await startFakeUpstream(hang());
    await expect(client.ask({ url: registry.url, timeout: 100 })).rejects.toThrow('no answer within 100 ms');
    await expect(client.stream({ url: registry.url, timeout: 100 })).rejects.toThrow('no answer within 100 ms');
    await eventually(() => registry.requests.every(({ aborted }) => aborted));
  });

  it('shows no token in what it throws', async () => {
    registry = await startFakeUpstream(reset());
    const headers = { 'x-consul-token': 's3cr3t' };
    const error: unknown = await client.ask({ url: registry.url, headers, timeout: 5_000 }).catch((thrown) => thrown);
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).toMatch(/socket hang up|ECONNRESET/);
    expect(shown.includes('s3cr3t')).toBe(false);
  });

  it('goes through no proxy of the environment', async () => {
    registry = await startFakeUpstream(reply({ body: 'direct' }));
    process.env.http_proxy = 'http://127.0.0.1:9';
    try {
      expect((await client.ask({ url: registry.url, timeout: 5_000 })).body).toBe('direct');
    } finally {
      delete process.env.http_proxy;
    }
  });

  it('leaves no listener on the signal of its caller', async () => {
    registry = await startFakeUpstream(reply());
    const { signal } = new AbortController();
    for (let call = 0; call < 3; call++) await client.ask({ url: registry.url, timeout: 5_000, signal });
    (await client.stream({ url: registry.url, timeout: 5_000, signal })).body.destroy();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
