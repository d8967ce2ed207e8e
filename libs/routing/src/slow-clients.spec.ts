import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  eventually,
  type FakeUpstream,
  httpRequest,
  parseResponses,
  rawRequest,
  reply,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream, type UpstreamOptions } from '@portico/upstream';
import { type RunningApp, startApp } from '../test/start-app.ts';

/** More than the system's buffers take for a client that reads nothing. */
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'a');
/** Few, so that a few clients can take all of them. */
const FEW: Partial<UpstreamOptions> = { connections: 4, transfers: 4, connectTimeout: 15_000 };
/** The bulkhead is the narrower one. */
const NARROW: Partial<UpstreamOptions> = { ...FEW, connections: 24, bulkhead: { calls: 8, queue: 0 } };

let upstream: FakeUpstream;
let app: RunningApp;
let clients: Socket[] = [];

async function start(options: Partial<UpstreamOptions> = FEW): Promise<void> {
  upstream = await startFakeUpstream({
    '/small': reply({ body: 'small' }),
    '/large': reply({ body: LARGE }),
    '/upload': (request, response) => void response.end(String(request.body.length)),
  });
  const shop = defineUpstream('shop', { url: upstream.url, ...options });
  const methods = ['GET', 'POST'] as const;
  const row = { methods, path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout: 20_000 } as const;
  app = await startApp([shop], [{ ...row, maxBodyBytes: LARGE.length }]);
}

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await app.close();
  await upstream.close();
});

/** Clients that send these bytes, then one more byte every now and then if they are to trickle, and read nothing. */
function openClients(count: number, head: string, trickle?: string): void {
  for (let i = 0; i < count; i++) {
    const socket = connect(app.port, '127.0.0.1').on('error', () => undefined);
    socket.pause().write(head);
    clients.push(socket);
    if (trickle === undefined) continue;
    const timer = setInterval(() => socket.write(trickle), 50);
    socket.on('close', () => clearInterval(timer));
  }
}

/** What normal calls get meanwhile. */
async function statusesOfOthers(): Promise<Set<number>> {
  const statuses = new Set<number>();
  for (let round = 0; round < 10; round++) {
    const answers = Array.from({ length: 3 }, () => httpRequest(`${app.url}/api/small`));
    for (const { status } of await Promise.all(answers)) statuses.add(status);
    await pause(25);
  }
  return statuses;
}

const post = (field: string): string => `POST /api/upload HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n`;

describe('clients that send slowly', () => {
  it.each([
    ['a body of 200 KB', post('Content-Length: 200000') + 'a'.repeat(1000), 'a'],
    ['a body without a length', post('Transfer-Encoding: chunked') + '5\r\naaaaa\r\n', '1\r\na\r\n'],
  ])('hold no connection to the upstream before all of it is there: %s', async (_, head, trickle) => {
    await start();
    openClients(30, head, trickle);
    expect(await statusesOfOthers()).toEqual(new Set([200]));
    expect(new Set(upstream.requests.map(({ url }) => url))).toEqual(new Set(['/small']));
  });

  it('have connections of their own for bodies that are not held, and others still find theirs', async () => {
    await start();
    openClients(30, post('Content-Length: 4000000') + 'a'.repeat(1000), 'a');
    expect(await statusesOfOthers()).toEqual(new Set([200]));
    const uploads = upstream.requests.filter(({ url }) => url === '/upload');
    expect(uploads.length).toBeGreaterThan(0);
    expect(uploads.length).toBeLessThanOrEqual(4);
  });

  it('are ended with 408 when they are slower than the lowest rate', async () => {
    await start({ minRate: 1000, rateWindow: 500 });
    for (const length of [1000, 4_000_000]) {
      const bytes = [post(`Content-Length: ${length}`), ...Array.from({ length: 60 }, () => ['a', 50]).flat()];
      const outcome = await rawRequest(app.port, bytes, { responses: 1 });
      expect(parseResponses(outcome.bytes)[0]).toMatchObject({ status: 408 });
      expect(outcome.text).toContain('client-too-slow');
    }
  });

  it('get all that they sent to the upstream, whatever was held of it before', async () => {
    await start();
    const chunks = Array.from({ length: 40 }, () => [`4000\r\n${'a'.repeat(0x4000)}\r\n`, 5]).flat();
    const { bytes } = await rawRequest(app.port, [post('Transfer-Encoding: chunked'), ...chunks, '0\r\n\r\n'], {
      responses: 1,
    });
    expect(parseResponses(bytes)[0]?.body.toString()).toBe(String(40 * 0x4000));
  });
});

describe('clients that read slowly', () => {
  it('leave the connections to everybody else', async () => {
    await start();
    openClients(30, 'GET /api/large HTTP/1.1\r\nHost: a\r\n\r\n');
    await pause(300);
    expect(await statusesOfOthers()).toEqual(new Set([200]));
  });

  it('leave the places of the bulkhead to everybody else', async () => {
    await start(NARROW);
    openClients(5, 'GET /api/large HTTP/1.1\r\nHost: a\r\n\r\n');
    openClients(20, post('Content-Length: 4000000') + 'a'.repeat(1000), 'a');
    await pause(400);
    expect(await statusesOfOthers()).toEqual(new Set([200]));
  });

  it('are cut when they are slower than the lowest rate, and nobody else is', async () => {
    await start({ minRate: 1000, rateWindow: 500 });
    openClients(1, 'GET /api/large HTTP/1.1\r\nHost: a\r\n\r\n');
    const whole = await httpRequest(`${app.url}/api/large`);
    expect([whole.complete, whole.body.length]).toEqual([true, LARGE.length]);
    const failures = (): unknown[] => app.contexts.flatMap(({ failure }) => failure?.code ?? []);
    await eventually(() => failures().length > 0);
    expect(failures()).toEqual(['client-too-slow']);
  });

  it('get the whole answer as long as there are places', async () => {
    await start();
    const socket = connect(app.port, '127.0.0.1');
    clients.push(socket);
    socket.write('GET /api/large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    let length = 0;
    await pause(500);
    for await (const chunk of socket) {
      length += (chunk as Buffer).length;
      await pause(1);
    }
    expect(length).toBeGreaterThan(LARGE.length);
  });
});
