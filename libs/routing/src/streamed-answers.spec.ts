import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, type RawAnswer, type RawUpstream, startRawUpstream } from '@portico/testing';
import { defineUpstream, type UpstreamOptions } from '@portico/upstream';
import { type RunningApp, startApp } from '../test/start-app.ts';

const EVENTS = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const PLAIN = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 12\r\n\r\n';
const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;

let upstream: RawUpstream;
let app: RunningApp;
let client: Socket;
let text: string;
let closed: boolean;

/** Asks for an answer that begins with these bytes; what arrives is in `text`. */
async function ask(first: string | RawAnswer, options: Partial<UpstreamOptions> = {}, timeout = 5000): Promise<void> {
  upstream = await startRawUpstream(first);
  const shop = defineUpstream('shop', { url: upstream.url, ...options });
  app = await startApp(
    [shop],
    [{ methods: ['GET'], path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout }],
  );
  text = '';
  closed = false;
  const socket = (client = connect(app.port, '127.0.0.1'));
  // The client of the test before closes late.
  client.on('error', () => undefined).on('close', () => (closed ||= client === socket));
  client.setEncoding('latin1').on('data', (data: string) => (text += data));
  client.write('GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n');
}

afterEach(async () => {
  client.destroy();
  await app.close();
  await upstream.close();
});

describe('an event stream', () => {
  it('starts with its head, and each event arrives when it is sent', async () => {
    await ask(EVENTS);
    await eventually(() => text.includes('text/event-stream'));
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      upstream.sockets[0]!.write(chunk(event));
      await eventually(() => text.includes(event));
    }
    upstream.sockets[0]!.write('0\r\n\r\n');
    await eventually(() => text.endsWith('0\r\n\r\n'));
  });

  it('outlives the timeout of its row and pauses longer than other answers may make', async () => {
    await ask(EVENTS, { bodyTimeout: 100 }, 300);
    await eventually(() => text.includes('text/event-stream'));
    await pause(600);
    upstream.sockets[0]!.write(chunk('data: late\n\n'));
    await eventually(() => text.includes('data: late'));
    expect(app.contexts[0]!.deadline).toBe(Infinity);
    expect(app.contexts[0]!.aborted).toBeUndefined();
  });

  it('is ended by the silence of its upstream, and what came before was passed on', async () => {
    await ask(EVENTS + chunk('data: 1\n\n'), { eventStreamTimeout: 200 });
    await eventually(() => closed);
    expect(text).toContain('data: 1');
    expect(app.contexts[0]?.failure?.code).toBe('upstream-body-timeout');
  });

  it('still has to begin within the timeout of its row', async () => {
    await ask(() => undefined, {}, 200);
    await eventually(() => text.includes('504'));
  });

  it('has places of its own: one more than there are is refused, and other calls go on', async () => {
    const answer: RawAnswer = (socket, request) =>
      void socket.write(request.includes('/plain') ? `${PLAIN}twelve bytes` : EVENTS);
    await ask(answer, { eventStreams: 1, connections: 1, connectTimeout: 300, bulkhead: { calls: 1, queue: 0 } });
    await eventually(() => text.includes('text/event-stream'));
    const statusOf = async (path: string): Promise<number> => {
      const response = await fetch(`${app.url}/api/${path}`);
      if (path === 'plain') await response.text();
      else void response.body?.cancel();
      return response.status;
    };
    const second = await fetch(`${app.url}/api/x`);
    expect(second.status).toBe(503);
    expect(await statusOf('plain')).toBe(200);
    client.destroy();
    await eventually(async () => (await statusOf('x')) === 200);
  });
});

describe('an answer that is not complete soon after its head', () => {
  it('is streamed from there, byte by byte', async () => {
    await ask(`${PLAIN}half`);
    await eventually(() => text.endsWith('\r\n\r\nhalf'));
    expect(text).toMatch(/content-length: 12\r\n/i);
    for (const byte of ' the res') {
      const { length } = text;
      upstream.sockets[0]!.write(byte);
      await eventually(() => text.length === length + 1);
    }
    expect(text.endsWith('\r\n\r\nhalf the res')).toBe(true);
  });

  it('is ended by the timeout of its row', async () => {
    await ask(`${PLAIN}half`, {}, 1000);
    await eventually(() => closed);
    expect(text).toContain('\r\n\r\nhalf');
    expect(app.contexts[0]?.failure?.code).toBe('deadline-exceeded');
  });

  it('is ended when it comes slower than the lowest rate', async () => {
    const trickle: RawAnswer = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const timer = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    await ask(trickle, { minRate: 1000, rateWindow: 300 });
    await eventually(() => closed);
    expect(text).toContain('\r\n\r\naaa');
    expect(app.contexts[0]?.failure?.code).toBe('upstream-body-timeout');
  });
});
