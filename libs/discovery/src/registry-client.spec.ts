import { once } from 'node:events';
import { type FakeUpstream, hang, reply, startFakeUpstream } from '@portico/testing';
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

  it('follows no redirect', async () => {
    registry = await startFakeUpstream(reply({ status: 302, headers: { location: 'http://169.254.169.254/' } }));
    expect(await client.ask({ url: registry.url, timeout: 5_000 })).toMatchObject({ status: 302 });
  });
});
