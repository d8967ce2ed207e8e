import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, parseResponses } from '@portico/testing';
import fc from 'fast-check';
import { answerOf, type HeldServer, startHeldServer } from '../test/held-server.ts';
import { request } from '../test/demo.ts';
import { drain } from './drain.ts';
import { Readiness } from './readiness.ts';

const POST = (target: string): string => request(`POST ${target} HTTP/1.1`, ['Content-Length: 3'], 'abc');
const GET = (target: string): string => request(`GET ${target} HTTP/1.1`);

/** A client that keeps what it receives. */
class Client {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  private sent = 0;

  constructor(private readonly held: HeldServer) {
    this.socket = connect({ port: held.port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
  }

  /** Sends and waits until the server has read it. */
  async send(bytes: string): Promise<void> {
    this.sent += bytes.length;
    if (this.socket.writable) this.socket.write(bytes);
    await eventually(() => {
      const [socket] = this.held.sockets;
      return this.socket.destroyed || (socket && (!socket.writable || socket.bytesRead >= this.sent));
    });
  }

  get bodies(): string[] {
    return parseResponses(this.received).map(({ body }) => body.toString());
  }
}

describe('the requests of one connection', () => {
  let held: HeldServer;
  let client: Client;
  beforeEach(async () => {
    held = await startHeldServer();
    client = new Client(held);
  });
  afterEach(async () => {
    client.socket.destroy();
    await held.close();
  });

  it('are executed one at a time and answered in their order, with and without bodies', async () => {
    const targets = Array.from(
      { length: 300 },
      (_value, index) => ['/slow', '/fast', '/read'][index % 3]! + `/${index}`,
    );
    await client.send(targets.map((target, index) => (index % 2 === 0 ? GET(target) : POST(target))).join(''));
    for (let index = 0; index < targets.length; index += 3) {
      await eventually(() => held.executed.length === index + 1);
      answerOf(held.executed[index]!.response);
      await eventually(() => held.executed.length >= index + 3);
    }
    await eventually(() => client.bodies.length === targets.length);
    expect(client.bodies).toEqual(targets);
    expect([held.most, held.lines.length, held.entry.waiting]).toEqual([1, targets.length, 0]);
  });

  it('are not read any further when many of them wait, and all are answered in the end', async () => {
    const count = 50_000;
    client.socket.write(GET('/slow'));
    client.socket.write(GET('/').repeat(count));
    await eventually(() => held.executed.length === 1);
    await pause(300);
    expect(held.sockets[0]!.bytesRead).toBeLessThan(200_000);
    answerOf(held.executed[0]!.response);
    await eventually(() => held.lines.length === count + 1, 30_000);
    expect(held.most).toBe(1);
  }, 40_000);

  it('hold the bytes of one response in memory at most', async () => {
    client.socket.pause();
    const size = 8 * 1024 * 1024;
    client.socket.write(GET(`/bytes/${size}`).repeat(20));
    await eventually(() => held.executed.length === 1);
    await pause(300);
    expect(held.executed).toHaveLength(1);
    expect(held.sockets[0]!.writableLength).toBeLessThanOrEqual(size + 1_000);
  });

  it('are dropped when the client leaves while they wait, and their places with them', async () => {
    await client.send(GET('/slow') + POST('/fast').repeat(20));
    expect(held.entry.waiting).toBe(20);
    client.socket.resetAndDestroy();
    await eventually(() => held.entry.inFlight.size === 0);
    expect([held.executed.length, held.lines.length, held.entry.waiting]).toEqual([1, 1, 0]);
    expect(held.executed[0]!.context.aborted).toMatchObject({ code: 'client-aborted' });
  });

  it('take no more than their share of what may wait on all connections', async () => {
    const flood = GET('/slow') + GET('/').repeat(2_000);
    const clients = Array.from({ length: 15 }, () => connect(held.port, '127.0.0.1').on('error', () => undefined));
    for (const one of clients) one.write(flood);
    await eventually(() => held.lines.length > 0, 10_000);
    expect(held.entry.waiting).toBeLessThanOrEqual(20_000);
    expect(held.lines[0]).toMatchObject({ failure: 'too-many-requests' });
    await client.send(GET('/fast'));
    await eventually(() => client.bodies.includes('/fast'));
    for (const one of clients) one.destroy();
    await eventually(() => {
      for (const { response } of held.executed) answerOf(response);
      return held.entry.waiting === 0 && held.entry.inFlight.size === 0;
    }, 10_000);
  }, 20_000);
});

const TWO_HOSTS = 'POST /refused HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc';
const PIECES = {
  'slow GET': GET('/slow'),
  'fast GET': GET('/fast'),
  'slow POST': POST('/slow'),
  'fast POST': POST('/fast'),
  'reading POST': POST('/read'),
  'chunked POST': request('POST /read HTTP/1.1', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n'),
  'half a POST': POST('/read').slice(0, -1),
  'half a head': GET('/fast').slice(0, -5),
  'two Hosts': TWO_HOSTS,
  'a last GET': request('GET /fast HTTP/1.1', ['Connection: close']),
  garbage: 'BROKEN\r\n\r\n',
} as const;

type Ending = (held: HeldServer, client: Client) => void;
const ENDINGS: Readonly<Record<string, Ending>> = {
  'FIN of the client': (_held, client) => client.socket.end(),
  'RST of the client': (_held, client) => client.socket.resetAndDestroy(),
  'destroyed by the client': (_held, client) => client.socket.destroy(),
  'destroyed by the server': (held) => held.sockets[0]?.destroy(),
  'response destroyed by the server': (held) => held.executed.at(-1)?.response.destroy(),
  'timeout of the connection': (held) => held.sockets[0]?.emit('timeout'),
};

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...Object.keys(PIECES)), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant('answer' as const) },
  ),
  { minLength: 1, maxLength: 6 },
);

it('every request ends exactly once, whatever the order in which requests, answers and the end of the connection come', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...Object.keys(ENDINGS)), async (sequence, ending) => {
      const held = await startHeldServer();
      try {
        await play(held, sequence, ENDINGS[ending]!);
        await expectAllEnded(held);
      } finally {
        await held.close();
      }
    }),
    { numRuns: 120 },
  );
}, 60_000);

async function play(held: HeldServer, sequence: readonly (readonly string[] | 'answer')[], end: Ending): Promise<void> {
  const client = new Client(held);
  for (const step of sequence) {
    if (step !== 'answer') await client.send(step.map((name) => PIECES[name as keyof typeof PIECES]).join(''));
    else for (const { response } of held.executed) answerOf(response);
  }
  end(held, client);
  client.socket.end();
  await eventually(() => held.entry.inFlight.size === 0 && held.sockets.every(({ destroyed }) => destroyed));
}

async function expectAllEnded(held: HeldServer): Promise<void> {
  const { executed, lines, entry } = held;
  const ids = lines.map(({ requestId }) => requestId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { context, response } of executed) {
    expect(ids).toContain(context.requestId);
    expect(response.writableFinished || context.aborted !== undefined).toBe(true);
  }
  const executedIds = new Set(executed.map(({ context }) => context.requestId));
  const refused = lines.filter(({ requestId }) => !executedIds.has(requestId));
  expect(refused.every(({ status }) => status === 400 || status === 499)).toBe(true);
  expect([held.most <= 1, entry.waiting]).toEqual([true, 0]);
  // The timeout is longer than a test may take: nothing is left that it would have to end.
  expect(await drain({ ...held, readiness: new Readiness() }, { delay: 0, timeout: 60_000 })).toBe(0);
}
