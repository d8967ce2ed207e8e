import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  eventually,
  type FakeUpstream,
  type FaultProxy,
  type HttpAnswer,
  httpRequest,
  rawRequest,
  reply,
  startFakeUpstream,
  startFaultProxy,
  startRawUpstream,
} from './index.ts';

const body = Buffer.alloc(100_000, 'b');
const agent = new Agent({ keepAlive: true });
let upstream: FakeUpstream;
let proxy: FaultProxy;
beforeEach(async () => {
  upstream = await startFakeUpstream({ '/': reply({ body: 'hello' }), '/large': reply({ body }) });
  proxy = await startFaultProxy(upstream.port);
});
afterEach(async () => {
  agent.destroy();
  await proxy.close();
  await upstream.close();
});

const get = (path = '/', options = {}): Promise<HttpAnswer> => httpRequest(`${proxy.url}${path}`, options);

/** An answer with the milliseconds it took. */
async function timed(path?: string): Promise<HttpAnswer & { took: number }> {
  const start = performance.now();
  const answer = await get(path);
  return { ...answer, took: performance.now() - start };
}

const codeOf = (request: Promise<unknown>): Promise<string | undefined> =>
  request.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );

describe('the fault proxy', () => {
  it('passes all through when nothing is wrong, on connections that are kept', async () => {
    for (let index = 0; index < 3; index++) expect((await get('/large', { agent })).body.equals(body)).toBe(true);
    const sent = await get('/', { method: 'POST', body });
    expect(sent.text).toBe('hello');
    expect(upstream.requests.at(-1)!.body.equals(body)).toBe(true);
    expect(proxy.connections).toBe(2);
  });

  it('lets every answer begin later, by a time that varies', async () => {
    await proxy.use({ latency: 60 });
    expect((await timed()).took).toBeGreaterThan(58);
    await proxy.use({ latency: 10, jitter: 80 });
    const waits = [];
    for (let index = 0; index < 8; index++) waits.push((await timed()).took);
    expect(Math.min(...waits)).toBeGreaterThan(8);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10);
  });

  it('lets so many bytes of an answer pass in a second', async () => {
    await proxy.use({ bandwidth: 500_000 });
    const { took, body: received } = await timed('/large');
    expect(received.length).toBe(body.length);
    expect(took).toBeGreaterThan(190);
  });

  it('delays the end of a connection', async () => {
    const closing = await startRawUpstream((socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\nhello'));
    const slow = await startFaultProxy(closing.port);
    await slow.use({ slowClose: 80 });
    const start = performance.now();
    const answer = await httpRequest(slow.url);
    expect(answer).toMatchObject({ text: 'hello', complete: true });
    expect(performance.now() - start).toBeGreaterThan(78);
    await slow.close();
    await closing.close();
  });

  it('resets a connection when it is asked, or after so many bytes of the answer', async () => {
    await get('/', { agent });
    await proxy.use({ resetAfter: 0 });
    expect(await codeOf(get('/', { agent }))).toBe('ECONNRESET');
    expect(upstream.requests).toHaveLength(1);
    await proxy.use({ resetAfter: 20_000 });
    const { complete, body: received } = await get('/large');
    expect(complete).toBe(false);
    expect(received.length).toBeLessThan(20_000);
    expect((await get()).text).toBe('hello');
  });

  it('ends a connection in good order after so many bytes of the answer', async () => {
    await proxy.use({ cutAfter: 20_000 });
    const cut = await rawRequest(proxy.port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(cut.closed).toBe(true);
    expect(cut.bytes.length).toBe(20_000);
    await proxy.use({ cutAfter: 0 });
    const none = await rawRequest(proxy.port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    expect({ closed: none.closed, length: none.bytes.length }).toEqual({ closed: true, length: 0 });
  });

  it('accepts and swallows, and resets what lost something once that is over', async () => {
    await proxy.use({ halfOpen: true });
    const asked = codeOf(get());
    await eventually(() => proxy.connections === 1);
    await pause(20);
    expect(upstream.requests).toHaveLength(0);
    await proxy.use({});
    expect(await asked).toBe('ECONNRESET');
    expect((await get()).text).toBe('hello');
  });

  it('refuses connections, cuts those that are open, and is back on the same port', async () => {
    await get('/', { agent });
    await proxy.use({ refused: true });
    await eventually(() => Object.values(agent.freeSockets).flat().length === 0);
    expect(await codeOf(get('/', { agent }))).toBe('ECONNREFUSED');
    await proxy.use({});
    expect((await get('/', { agent })).text).toBe('hello');
  });

  it('resets its connections when its target is gone', async () => {
    await upstream.close();
    expect(await codeOf(get())).toBe('ECONNRESET');
  });
});
