import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { rawRequest } from '@portico/testing';
import { type Demo, request, send, startDemo } from '../test/demo.ts';

describe('slow clients', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({
      HEADERS_TIMEOUT: '200',
      REQUEST_TIMEOUT: '400',
      IDLE_TIMEOUT: '600',
      KEEP_ALIVE_TIMEOUT: '100',
    });
  });
  afterAll(() => demo.close());

  it('a header that trickles in is cut off with 408', async () => {
    const drip = Array.from({ length: 30 }, (_value, index) => [`x-${index}: 1\r\n`, 50]).flat();
    const outcome = await send(demo.port, ['GET /demo/inspect HTTP/1.1\r\nHost: demo\r\n', ...drip], { timeout: 1500 });
    expect(outcome).toMatchObject({ statuses: [408], closed: true });
    expect(JSON.parse(outcome.bodies[0]!)).toMatchObject({ code: 'request-timeout' });
  });

  it('a body that trickles in is cut off with 408, and the handler is told', async () => {
    const drip = Array.from({ length: 30 }, () => ['a', 50]).flat();
    const head = request('POST /demo/inspect HTTP/1.1', ['Content-Length: 1000']);
    const outcome = await send(demo.port, [head, ...drip], { timeout: 1500 });
    expect(outcome).toMatchObject({ statuses: [408], closed: true });
    expect(outcome.text).toContain('x-request-id');
  });

  it('a connection that says nothing is closed, as is one that is done', async () => {
    expect(await send(demo.port, '', { timeout: 3000 })).toMatchObject({ closed: true });
    const kept = await send(demo.port, request('GET /demo/slow/1 HTTP/1.1'), { timeout: 3000 });
    expect(kept).toMatchObject({ statuses: [200], closed: true });
  });

  it('case 94: a reader that stops reading is let go, and nothing piles up for it', async () => {
    const before = process.memoryUsage().rss;
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect(demo.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(request('GET /demo/endless HTTP/1.1'));
      return socket.pause();
    });
    await pause(400);
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 * 1024);
    await pause(1_000);
    const ended = await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.resume().once('close', () => resolve(true)))),
    );
    expect(ended).toHaveLength(20);
  });

  it('case 94: a reader that is slow but goes on gets all of a large answer', async () => {
    const socket = connect(demo.port, '127.0.0.1');
    socket.write(request('GET /demo/large HTTP/1.1', ['Connection: close']));
    const startedAt = performance.now();
    let received = 0;
    for await (const chunk of socket) {
      received += (chunk as Buffer).length;
      await pause(8);
    }
    expect(received).toBeGreaterThan(16 * 1024 * 1024);
    expect(performance.now() - startedAt).toBeGreaterThan(600);
  });
});

describe('clients that leave', () => {
  it('the work for a client that is gone is given up, so that closing waits for none of it', async () => {
    // Both are longer than a test may take.
    const demo = await startDemo({ DRAIN_TIMEOUT: '60000' });
    const bytes = request('GET /demo/slow/60000 HTTP/1.1');
    await rawRequest(demo.port, bytes, { timeout: 50 });
    await rawRequest(demo.port, bytes + bytes + bytes, { timeout: 50 });
    await demo.close();
  });

  it('case 94: closing waits for what is in flight, and then gives it up with 503', async () => {
    const demo = await startDemo({ DRAIN_TIMEOUT: '300' });
    const quick = send(demo.port, request('GET /demo/slow/150 HTTP/1.1'), { timeout: 2000 });
    const late = send(demo.port, request('GET /demo/slow/5000 HTTP/1.1'), { timeout: 2000 });
    const idle = send(demo.port, request('GET /demo/slow/0 HTTP/1.1'), { timeout: 2000 });
    await pause(50);
    const closing = demo.close();
    await expect(rawRequest(demo.port, '')).rejects.toThrow('ECONNREFUSED');
    expect(await quick).toMatchObject({ statuses: [200], closed: true });
    expect((await quick).text).toMatch(/connection: close\r\n/i);
    expect(await idle).toMatchObject({ statuses: [200], closed: true });
    const given = await late;
    expect(given).toMatchObject({ statuses: [503], closed: true });
    expect(JSON.parse(given.bodies[0]!)).toMatchObject({ code: 'shutting-down' });
    await closing;
  });

  it('case 94: serves on for DRAIN_DELAY, not ready, so that balancers hear of it first', async () => {
    const demo = await startDemo({ DRAIN_DELAY: '300' });
    const startedAt = performance.now();
    const closing = demo.close();
    const { statuses } = await send(demo.port, request('GET /demo/slow/1 HTTP/1.1'), { responses: 1 });
    const ready = await send(demo.port, request('GET /health/ready HTTP/1.1'), { responses: 1 });
    expect([statuses, ready.statuses]).toEqual([[200], [503]]);
    await closing;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299);
    await expect(rawRequest(demo.port, '')).rejects.toThrow('ECONNREFUSED');
  });

  it('case 94: while draining, a kept connection still hears that the BFF is not ready', async () => {
    const demo = await startDemo({ DRAIN_TIMEOUT: '2000' });
    const before = await send(demo.port, request('GET /health/ready HTTP/1.1'), { responses: 1 });
    expect(before).toMatchObject({ statuses: [200], bodies: ['{"status":"ready","reasons":[],"upstreams":[]}'] });
    const bytes = [request('GET /demo/slow/300 HTTP/1.1'), 150, request('GET /health/ready HTTP/1.1')];
    const answers = send(demo.port, bytes, { timeout: 2000 });
    await pause(50);
    const closing = demo.close();
    const { statuses, bodies, closed } = await answers;
    expect({ first: statuses[0], closed }).toEqual({ first: 200, closed: true });
    if (statuses.length > 1) expect(bodies[1]).toBe('{"status":"not-ready","reasons":["draining"],"upstreams":[]}');
    await closing;
  });
});
