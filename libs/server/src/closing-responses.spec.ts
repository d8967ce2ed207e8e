import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, parseResponses } from '@portico/testing';
import { request, send } from '../test/demo.ts';
import { answerOf, type HeldServer, startHeldServer } from '../test/held-server.ts';
import { drain } from './drain.ts';
import { Readiness } from './readiness.ts';

const POST = request('POST /behind HTTP/1.1', ['Content-Length: 3'], 'abc');

/** What is refused with a response that closes the connection, by what is wrong with it. */
const REFUSED: Readonly<Record<string, [bytes: string, status: number]>> = {
  'two Hosts': [request('GET / HTTP/1.1', ['Host: evil']), 400],
  'an unknown expectation': [request('GET / HTTP/1.1', ['Expect: y']), 417],
  'an unknown expectation on a body': [request('POST / HTTP/1.1', ['Expect: y', 'Content-Length: 3'], 'abc'), 417],
  TRACE: [request('TRACE / HTTP/1.1'), 405],
  CONNECT: [request('CONNECT demo:443 HTTP/1.1'), 405],
  'a long target': [request(`GET /${'a'.repeat(9_000)} HTTP/1.1`), 414],
  'many fields': [request('GET / HTTP/1.1', Array<string>(101).fill('a: b')), 431],
  'long fields': [request('GET / HTTP/1.1', [`a: ${'b'.repeat(20_000)}`]), 431],
  'a foreign absolute-form': [request('GET http://evil/ HTTP/1.1'), 400],
  'a malformed request': ['BROKEN\r\n\r\n', 400],
  'a malformed body': [request('POST /read HTTP/1.1', ['Transfer-Encoding: chunked'], 'zz\r\n'), 400],
  'HTTP/1.0 with chunks': [request('POST / HTTP/1.0', ['Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
};

describe('behind a response that closes the connection', () => {
  let held: HeldServer;
  beforeEach(async () => {
    held = await startHeldServer();
  });
  afterEach(() => held.close());

  const behind = () => held.executed.filter(({ url }) => url === '/behind');

  it.each(Object.entries(REFUSED))(
    'nothing is executed, and the response arrives: %s',
    async (_name, [bytes, status]) => {
      const together = await send(held.port, bytes + POST + POST);
      expect(together).toMatchObject({ statuses: [status], closed: true });
      const later = await send(held.port, [bytes, 30, POST, 30, POST]);
      expect(later).toMatchObject({ statuses: [status], closed: true });
      const waiting = send(held.port, request('GET /slow HTTP/1.1') + bytes + POST);
      const slow = (await eventually(() => held.executed.find(({ url }) => url === '/slow')))!;
      await pause(20);
      answerOf(slow.response);
      expect(await waiting).toMatchObject({ statuses: [200, status], closed: true });
      expect(behind()).toEqual([]);
    },
  );

  it('nothing is executed when the client or the handler asked to close', async () => {
    const asked = request('GET /fast HTTP/1.1', ['Connection: close']);
    expect(await send(held.port, asked + POST)).toMatchObject({ statuses: [200], closed: true });
    const waiting = send(held.port, request('GET /slow HTTP/1.1') + POST);
    const slow = (await eventually(() => held.executed.find(({ url }) => url === '/slow')))!;
    slow.response.setHeader('connection', 'close');
    answerOf(slow.response);
    expect(await waiting).toMatchObject({ statuses: [200], closed: true });
    expect(behind()).toEqual([]);
  });

  it('nothing is executed that was pipelined before the drain began, and the drain ends with the answer', async () => {
    const waiting = send(held.port, request('GET /slow HTTP/1.1') + POST);
    const slow = (await eventually(() => held.executed[0]))!;
    const drained = drain({ ...held, readiness: new Readiness() }, { delay: 0, timeout: 20_000 });
    answerOf(slow.response);
    const outcome = await waiting;
    expect(outcome).toMatchObject({ statuses: [200], closed: true });
    expect(outcome.text).toMatch(/connection: close\r\n/i);
    expect(await drained).toBe(0);
    expect(behind()).toEqual([]);
  });

  it('a client that still sends is not reset, and reads the whole response', async () => {
    const socket = connect(held.port, '127.0.0.1').pause();
    const errors: Error[] = [];
    let received = Buffer.alloc(0);
    socket.on('error', (error) => errors.push(error));
    socket.write(request('TRACE / HTTP/1.1'));
    for (let count = 0; count < 20; count++) {
      socket.write(Buffer.alloc(16_384, 'x'));
      await pause(10);
    }
    socket.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk]))).resume();
    await eventually(() => socket.readableEnded || errors.length > 0);
    expect(errors).toEqual([]);
    expect(parseResponses(received)).toMatchObject([{ status: 405, complete: true }]);
    socket.destroy();
  });

  it('a client that sends for ever is cut off after a second', async () => {
    const socket = connect(held.port, '127.0.0.1').on('error', () => undefined);
    socket.on('data', () => undefined).write(request('TRACE / HTTP/1.1'));
    const timer = setInterval(() => socket.write('x'), 20);
    await eventually(() => held.sockets[0]?.destroyed);
    clearInterval(timer);
    expect(held.entry.inFlight.size).toBe(0);
  });
});
