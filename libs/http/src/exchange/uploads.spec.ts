import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { BffError, type Principal } from '@portico/core';
import { eventually, FakeClock, testContext } from '@portico/testing';
import { readWhole } from './read-whole.ts';
import { RequestBody } from './request-body.ts';
import { type Upload, Uploads } from './uploads.ts';

const KIB = 1024;
const LEAST = { minRate: 100, rateWindow: 10_000 };
const alice = { id: 'alice' } as Principal;

let clock: FakeClock;
let uploads: Uploads;
beforeEach(() => {
  clock = new FakeClock();
  uploads = new Uploads(256 * KIB, clock);
});

/** A request whose body the test sends, and its way into memory. */
function begin(address: string, principal?: Principal): { raw: PassThrough; upload: Upload; held: Promise<unknown> } {
  const raw = new PassThrough({ highWaterMark: KIB * KIB });
  Object.assign(raw, { headers: {}, complete: false, socket: raw });
  const body = new RequestBody(raw as unknown as IncomingMessage, KIB * KIB);
  const ctx = testContext({ clock, principal, client: { address, protocol: 'http', host: 'a' } });
  const upload = uploads.begin(body, LEAST, ctx);
  const held = readWhole(upload, 256 * KIB, uploads, ctx).catch(({ code }: { code: string }) => code);
  return { raw, upload, held };
}

const send = async ({ raw, upload }: { raw: PassThrough; upload: Upload }, bytes: number): Promise<void> => {
  const before = upload.body.bytesRead;
  raw.write(Buffer.alloc(bytes, 'a'));
  await eventually(() => upload.body.destroyed || upload.body.bytesRead === before + bytes);
};

describe('bodies of requests in memory', () => {
  it('are bounded in sum: the slowest of the client that holds most gives way', async () => {
    const [one, slow, fast, next] = ['a', 'b', 'b', 'c'].map((address) => begin(address));
    await send(slow!, 40 * KIB);
    clock.advance(900);
    await send(one!, 40 * KIB);
    await send(fast!, 60 * KIB);
    await send(next!, 60 * KIB);
    expect(await slow!.held).toBe('client-too-slow');
    expect([one, fast, next].map((each) => each!.upload.body.destroyed)).toEqual([false, false, false]);
  });

  it('leave a part to callers who are logged in, whatever others send', async () => {
    const known = begin('a', alice);
    await send(known, 60 * KIB);
    for (let i = 0; i < 10; i++) await send(begin('b'), 60 * KIB);
    expect(known.upload.body.destroyed).toBe(false);
  });

  it('are not waited for when their request has been given up before', async () => {
    const ctx = testContext({ clock });
    ctx.abort(new BffError('client-aborted'));
    const raw = Object.assign(new PassThrough(), { headers: {}, complete: false });
    const upload = uploads.begin(new RequestBody(raw as unknown as IncomingMessage, KIB), LEAST, ctx);
    await expect(readWhole(upload, 256 * KIB, uploads, ctx)).rejects.toMatchObject({ code: 'client-aborted' });
  });

  it('that are larger than all of the memory are ended themselves', async () => {
    uploads = new Uploads(32 * KIB, clock);
    const one = begin('a');
    await send(one, 60 * KIB);
    expect(await one.held).toBe('client-too-slow');
  });

  it('give their memory back', async () => {
    for (let i = 0; i < 20; i++) {
      const one = begin('a');
      await send(one, 100 * KIB);
      one.raw.end();
      expect(await one.held).toHaveLength(100 * KIB);
      uploads.release(one.upload);
    }
  });
});

describe('the lowest rate of bodies', () => {
  it('ends those that are slower over the window, and no others', async () => {
    const [slow, steady] = [begin('a'), begin('b')];
    for (let second = 0; second < 12; second++) {
      await send(steady, 101);
      await send(slow, 50);
      clock.advance(1000);
    }
    expect(await slow.held).toBe('client-too-slow');
    expect(steady.upload.body.destroyed).toBe(false);
  });

  it('leaves no timer behind', async () => {
    const one = begin('a');
    one.raw.end();
    await one.held;
    await eventually(() => one.upload.body.closed);
    clock.advance(1000);
    expect(clock.pending).toBe(0);
  });
});
