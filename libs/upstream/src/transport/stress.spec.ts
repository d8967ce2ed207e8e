import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { BffError, type Clock, RequestContext, systemClock, type Timer } from '@portico/core';
import { eventually, type RawAnswer, startRawUpstream, testContext } from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import type { Send, UpstreamRequest } from '../send.ts';
import { defineUpstream } from '../upstream.ts';

const CALLS = 3000;
const AT_ONCE = 100;
const CONNECTIONS = 8;
const TRANSFERS = 8;

/** The machine's clock, which counts what is pending. */
class CountingClock implements Clock {
  pending = 0;
  now = (): number => systemClock.now();
  epoch = (): number => systemClock.epoch();

  after(delay: number, callback: () => void): Timer {
    let open = true;
    const close = (): void => {
      if (open) this.pending--;
      open = false;
    };
    this.pending++;
    const timer = systemClock.after(delay, () => {
      close();
      callback();
    });
    return {
      cancel: () => {
        close();
        timer.cancel();
      },
    };
  }
}

/** A context that counts who listens to it. */
class WatchedContext extends RequestContext {
  readonly heard = new Set<unknown>();
  override onAbort(listener: (reason: BffError) => void): void {
    this.heard.add(listener);
    super.onAbort(listener);
  }
  override offAbort(listener: (reason: BffError) => void): void {
    this.heard.delete(listener);
    super.offAbort(listener);
  }
}

/** Small and large, slow and silent, short and broken answers, by a random number in the target. */
const moody: RawAnswer = (socket, request) => {
  const mood = Number(/\/(\d)/.exec(request.toString('latin1'))?.[1]);
  const head = (length: number): string => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
  if (mood === 0) socket.destroy();
  else if (mood === 1) socket.write(head(10));
  else if (mood === 2) socket.end(head(200_000) + 'x'.repeat(70_000));
  else if (mood === 3) socket.write(head(300_000) + 'x'.repeat(300_000));
  else if (mood === 4) setTimeout(() => socket.write(`${head(2)}ok`), Math.random() * 20);
  else socket.write(`${head(2)}ok`);
};

const random = (below: number): number => Math.floor(Math.random() * below);

function someRequest(): UpstreamRequest {
  const target = `/${random(10)}`;
  if (random(4) > 0) return { method: 'GET', target, headers: [] };
  return { method: 'POST', target, headers: [], body: Readable.from([Buffer.alloc(random(5000), 'b')]) };
}

/** One call with a client that may leave at any moment and may not read what it gets. */
async function call(send: Send, clock: Clock): Promise<WatchedContext> {
  const ctx = new WatchedContext({ ...testContext(), clock });
  if (random(2) === 0) setTimeout(() => ctx.abort(new BffError('client-aborted')), random(40));
  if (random(4) === 0) ctx.expireAfter(1 + random(50));
  try {
    const { body } = await send(someRequest(), ctx);
    if (body instanceof Readable) {
      if (random(3) === 0) await pause(random(20));
      if (random(3) === 0) body.destroy();
      else await body.toArray();
    }
  } catch (error) {
    if (!(error instanceof BffError)) throw error;
  }
  ctx.finish();
  return ctx;
}

it('case 94: thousands of calls that end in every way leave no timer, listener or connection behind', async () => {
  const upstream = await startRawUpstream(moody);
  const limits = { connections: CONNECTIONS, transfers: TRANSFERS, headersTimeout: 100, bodyTimeout: 100 };
  const options = { ...BARE, url: upstream.url, ...limits };
  const upstreams = buildUpstreams([defineUpstream('shop', options)], {});
  const send = upstreams.send('shop');
  const clock = new CountingClock();
  let left = CALLS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) expect((await call(send, clock)).heard.size).toBe(0);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(clock.pending).toBe(0);
  await eventually(() => upstream.sockets.filter((socket) => !socket.destroyed).length <= CONNECTIONS + TRANSFERS);
  const answers = Array.from({ length: 50 }, () => send({ method: 'GET', target: '/9', headers: [] }, testContext()));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(50).fill(200));
  await upstreams.close();
  await eventually(() => upstream.sockets.every((socket) => socket.destroyed));
  await upstream.close();
}, 60_000);
