import { BffError, systemClock } from '@portico/core';
import { entriesIn, eventually } from '@portico/testing';
import { request, send } from '../test/demo.ts';
import { answerOf, startHeldServer } from '../test/held-server.ts';

it('an exception that nobody foresaw is a problem, is logged with its cause, and holds nobody up', async () => {
  const held = await startHeldServer();
  const bytes = request('GET /throw HTTP/1.1') + request('GET /fast HTTP/1.1');
  expect((await send(held.port, bytes, { responses: 2 })).statuses).toEqual([500, 200]);
  expect(held.lines).toMatchObject([{ status: 500, failure: 'internal', cause: 'TypeError: no handler should' }, {}]);
  await held.close();
});

describe('a request that is answered', () => {
  it('has no deadline any more, and nobody who listens to it is called', async () => {
    const held = await startHeldServer();
    const answered = send(held.port, request('GET /slow HTTP/1.1'), { responses: 1 });
    await eventually(() => held.executed.length === 1);
    const { context, response } = held.executed[0]!;
    const heard: string[] = [];
    context.expireAfter(200);
    context.onAbort(({ code }) => heard.push(code));
    answerOf(response);
    expect((await answered).statuses).toEqual([200]);
    await eventually(() => held.lines.length === 1);
    // On the same clock, so that the deadline would have come before.
    await new Promise<void>((resolve) => void systemClock.after(250, resolve));
    expect(context.aborted).toBeUndefined();
    context.abort(new BffError('internal'));
    expect(heard).toEqual([]);
    await held.close();
  });

  it('leaves nothing behind, however it ended, and nothing on its connection', async () => {
    const held = await startHeldServer({ MAX_HEADER_COUNT: '20' });
    const { sockets } = held;
    const round = async (): Promise<number[]> => {
      const served = [request('GET /a HTTP/1.1'), request('GET /throw HTTP/1.1'), request('TRACE / HTTP/1.1')];
      expect((await send(held.port, served.join(''), { responses: 3 })).statuses).toEqual([200, 500, 405]);
      await send(held.port, [request('GET /slow HTTP/1.1'), 50], { responses: 0 });
      await eventually(() => held.entry.inFlight.size === 0);
      return [entriesIn(held.entry.inFlight), held.entry.waiting];
    };
    expect(await round()).toEqual([0, 0]);
    expect(await round()).toEqual([0, 0]);
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
    await held.close();
  });

  it('adds no listener to the connection that carries the next one', async () => {
    const held = await startHeldServer();
    const listeners: number[] = [];
    held.server.on('request', ({ socket }) => {
      listeners.push(socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0));
    });
    const requests = Array.from({ length: 20 }, () => request('GET /a HTTP/1.1'));
    expect((await send(held.port, requests.join(''), { responses: 20 })).statuses).toHaveLength(20);
    expect(new Set(listeners.slice(2)).size).toBe(1);
    await held.close();
  });
});
