import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import {
  eventually,
  type FakeUpstream,
  hang,
  httpRequest,
  parseResponses,
  rawRequest,
  type RawUpstream,
  reply,
  requireService,
  reset,
  startBff,
  startFakeUpstream,
  startRawUpstream,
} from './index.ts';

const open: Array<FakeUpstream | RawUpstream> = [];
const opened = <U extends FakeUpstream | RawUpstream>(upstream: U): U => {
  open.push(upstream);
  return upstream;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((upstream) => upstream.close()));
});

describe('fake upstream and HTTP client', () => {
  it('records what came, byte for byte, and answers by path', async () => {
    const upstream = opened(await startFakeUpstream({ '/a/../b%2f': reply({ status: 201, json: { ok: true } }) }));
    const answer = await httpRequest(`${upstream.url}/a/../b%2f?x=1&x=2`, {
      method: 'POST',
      headers: ['X-One', '1', 'X-One', '2'],
      body: 'hello',
    });
    expect(answer.status).toBe(201);
    expect(answer.json()).toEqual({ ok: true });
    const [request] = upstream.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/a/../b%2f?x=1&x=2', aborted: false });
    expect(request!.body.toString()).toBe('hello');
    expect(request!.rawHeaders.join(' ')).toContain('X-One 1 X-One 2');
    expect((await httpRequest(`${upstream.url}/other`)).status).toBe(404);
  });

  it('follows a list of behaviours, the last one for all the rest, and another script on demand', async () => {
    const upstream = opened(await startFakeUpstream([reset(), reply({ status: 503 }), reply()]));
    await expect(httpRequest(upstream.url)).rejects.toThrow();
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await httpRequest(upstream.url)).status);
    upstream.use(reply({ status: 418 }));
    statuses.push((await httpRequest(upstream.url)).status);
    expect(statuses).toEqual([503, 200, 200, 418]);
  });

  it('sees that a client left, and cuts what hangs when it closes', async () => {
    const upstream = opened(await startFakeUpstream(hang()));
    const leaving = new AbortController();
    const request = httpRequest(upstream.url, { signal: leaving.signal }).catch(() => 'gone');
    await eventually(() => upstream.requests.length === 1);
    leaving.abort();
    expect(await request).toBe('gone');
    await eventually(() => upstream.requests[0]!.aborted);
  });

  it('writes an endless body only as fast as it is read, and stops when the reader leaves', async () => {
    let produced = 0;
    function* endless(): Generator<string> {
      for (;;) {
        produced++;
        yield 'x'.repeat(65536);
      }
    }
    const upstream = opened(await startFakeUpstream(reply({ chunks: endless() })));
    const socket = connect(upstream.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
    await once(socket, 'readable');
    socket.destroy();
    await eventually(() => upstream.requests[0]!.aborted);
    expect(produced).toBeLessThan(1000);
  });

  it('answers early while the body is still coming when told so', async () => {
    const upstream = opened(await startFakeUpstream(reply({ status: 413 }), { early: true }));
    const { text } = await rawRequest(upstream.port, 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf', {
      responses: 1,
    });
    expect(text).toMatch(/^HTTP\/1.1 413 /);
  });

  it('sends streams chunked and reuses connections through an agent', async () => {
    const upstream = opened(await startFakeUpstream(reply({ chunks: ['a', 'b'], chunkDelay: 5 })));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = 0; index < 2; index++) {
      const body = [Buffer.from('one'), Buffer.from('two')];
      const answer = await httpRequest(`${upstream.url}/`, { method: 'PUT', body, agent });
      expect(answer).toMatchObject({ status: 200, text: 'ab', complete: true });
    }
    agent.destroy();
    expect(upstream.requests.map((request) => request.body.toString())).toEqual(['onetwo', 'onetwo']);
    expect(upstream.connections).toBe(1);
  });
});

describe('raw upstream and raw client', () => {
  it('sends exact bytes for every head and keeps what each connection received', async () => {
    const upstream = opened(await startRawUpstream('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xe9'));
    const exchange = await rawRequest(
      upstream.port,
      ['GET /1 HTTP/1.1\r\n', 10, '\r\n', 20, 'GET /2 HTTP/1.1\r\n\r\n'],
      {
        responses: 2,
      },
    );
    expect(exchange.closed).toBe(false);
    expect(parseResponses(exchange.bytes).map((response) => response.body[0])).toEqual([0xe9, 0xe9]);
    expect(upstream.received.map(String)).toEqual(['GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n']);
  });

  it('gives a function the socket, and tells that the connection was closed or reset', async () => {
    const upstream = opened(
      await startRawUpstream((socket, request) =>
        request.includes('/reset')
          ? void socket.resetAndDestroy()
          : void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'),
      ),
    );
    const cut = await httpRequest(`${upstream.url}/cut`);
    expect(cut).toMatchObject({ status: 200, text: 'ab', complete: false });
    expect((await rawRequest(upstream.port, 'GET /reset HTTP/1.1\r\n\r\n')).closed).toBe(true);
    expect((await rawRequest(upstream.port, 'GET /cut HTTP/1.1\r\n\r\n')).closed).toBe(true);
  });

  it('is over when nothing comes for the given time', async () => {
    const upstream = opened(await startRawUpstream(() => undefined));
    const { closed, text } = await rawRequest(upstream.port, 'GET / HTTP/1.1\r\n\r\n', { timeout: 30 });
    expect({ closed, text }).toEqual({ closed: false, text: '' });
  });

  it('fails when nobody listens', async () => {
    const upstream = await startRawUpstream('');
    await upstream.close();
    await expect(rawRequest(upstream.port, 'GET / HTTP/1.1\r\n\r\n')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('startBff', () => {
  it('sets the environment for the time of the start only, one start after the other', async () => {
    const seen: string[] = [];
    const start = async (): Promise<{ url: string; close: () => Promise<void> }> => {
      const before = process.env['PORTICO_TEST'];
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${before} ${process.env['PORTICO_TEST']} ${process.env['PORT']}`);
      if (before === 'bad') throw new Error('no');
      return { url: 'http://127.0.0.1:1', close: async () => undefined };
    };
    const starts = ['bad', 'good'].map((value) => startBff(start, { PORTICO_TEST: value }));
    await expect(starts[0]).rejects.toThrow('no');
    await expect(starts[1]).resolves.toHaveProperty('url');
    expect(seen).toEqual(['bad bad 0', 'good good 0']);
    expect(process.env['PORTICO_TEST']).toBeUndefined();
  });
});

describe('requireService', () => {
  it('fails naming the variable that is not set', () => {
    expect(() => requireService('PORTICO_NO_SUCH_URL')).toThrow(/PORTICO_NO_SUCH_URL is not set/);
  });
});
