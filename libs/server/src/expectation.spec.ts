import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@portico/testing';
import { request, send } from '../test/demo.ts';
import { answerOf, type HeldServer, startHeldServer } from '../test/held-server.ts';

const expecting = (target: string, ...fields: string[]): string =>
  request(`POST ${target} HTTP/1.1`, ['Expect: 100-continue', ...fields]);

describe('100-continue', () => {
  let held: HeldServer;
  beforeEach(async () => {
    held = await startHeldServer();
  });
  afterEach(() => held.close());

  it('is answered when the body is first read, and no earlier', async () => {
    const outcome = send(held.port, [expecting('/slow', 'Content-Length: 3'), 300, 'abc'], { responses: 1 });
    const { response } = (await eventually(() => held.executed[0]))!;
    await pause(100);
    const [socket] = held.sockets;
    expect(socket!.bytesWritten).toBe(0);
    response.req.on('end', () => answerOf(response)).resume();
    expect((await outcome).statuses).toEqual([100, 200]);
  });

  it.each(['Content-Length: 3', 'Transfer-Encoding: chunked'])(
    'is not answered when the final status does not need the body (%s); the connection ends with it',
    async (framing) => {
      const outcome = await send(held.port, expecting('/fast', framing));
      expect(outcome).toMatchObject({ statuses: [200], closed: true });
      expect(outcome.text).toMatch(/connection: close\r\n/i);
    },
  );

  it('is answered in its turn', async () => {
    const bytes = [request('GET /slow HTTP/1.1') + expecting('/read', 'Content-Length: 3'), 200, 'abc'];
    const outcome = send(held.port, bytes, { responses: 2 });
    const { response } = (await eventually(() => held.executed[0]))!;
    answerOf(response);
    expect((await outcome).statuses).toEqual([200, 100, 200]);
  });

  it('is ignored in HTTP/1.0', async () => {
    const bytes = request('POST /read HTTP/1.0', ['Expect: 100-continue', 'Content-Length: 3'], 'abc');
    expect((await send(held.port, bytes)).statuses).toEqual([200]);
  });
});
