import { setTimeout as pause } from 'node:timers/promises';
import { BffError } from '@portico/core';
import { eventually, startRawUpstream, testContext } from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { buildUpstreams } from '../build-upstreams.ts';
import { defineUpstream } from '../upstream.ts';

/** What the kernel holds for a connection whose reader stands still, with room to spare. */
const IN_THE_KERNEL = 32 * 1024 * 1024;

const open: Array<{ close(): Promise<void> }> = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

it('an endless answer to a shared call stops at each client that does not read, and nothing is kept for the others', async () => {
  let sent = 0;
  const upstream = await startRawUpstream((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const pump = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) sent += 65_536;
      socket.once('drain', () => setImmediate(pump));
    };
    pump();
  });
  const upstreams = buildUpstreams([defineUpstream('shop', { ...BARE, url: upstream.url, coalesce: true })], {});
  open.push(upstream, upstreams);
  const contexts = Array.from({ length: 4 }, () => testContext());
  const answers = contexts.map((ctx) => upstreams.send('shop')({ method: 'GET', target: '/', headers: [] }, ctx));
  await Promise.all(answers);
  let before: number;
  do {
    before = sent;
    await pause(200);
  } while (sent !== before);
  expect(sent).toBeLessThan(contexts.length * IN_THE_KERNEL);
  const used = [...upstream.sockets];
  expect(used).toHaveLength(contexts.length);
  for (const ctx of contexts) ctx.abort(new BffError('client-aborted'));
  await eventually(() => used.every((socket) => socket.destroyed || socket.readableEnded), 4_000);
});
