import { Readable } from 'node:stream';
import { httpRequest, reply } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';
import type { ForwardRoute } from './route.ts';

const pairs: Pair[] = [];
afterEach(() => Promise.all(pairs.splice(0).map((pair) => pair.close())));

/** An upstream that is busy once, and what a client sees of it. */
async function busyOnce(method: string, row: Partial<ForwardRoute> = {}): Promise<[status: number, calls: number]> {
  const pair = await startPair([reply({ status: 503 }), reply({ body: 'done' })], row);
  pairs.push(pair);
  const { status } = await httpRequest(`${pair.app.url}/api/x`, { method, headers: { 'content-length': '0' } });
  return [status, pair.upstream.requests.length];
}

describe('case 91: a call without a body that fails', () => {
  it.each(['GET', 'PUT', 'DELETE'])('is sent again when it is idempotent: %s', async (method) => {
    expect(await busyOnce(method)).toEqual([200, 2]);
  });

  it.each(['POST', 'PATCH'])('is not sent again otherwise: %s', async (method) => {
    expect(await busyOnce(method)).toEqual([503, 1]);
  });

  it('is sent again when its route says that it may be', async () => {
    expect(await busyOnce('POST', { idempotent: true })).toEqual([200, 2]);
  });
});

describe('case 91: a call with a body that fails', () => {
  const bodies = {
    small: { body: Buffer.alloc(256 * 1024, 'a') },
    large: { body: Buffer.alloc(256 * 1024 + 1, 'a') },
    'small, of unknown length': { body: Readable.from([Buffer.from('abc')]) },
    'large, of unknown length': { body: Readable.from([Buffer.alloc(256 * 1024, 'a'), Buffer.from('abc')]) },
  };

  it.each([
    ['small', [200, 2]],
    ['large', [503, 1]],
    ['small, of unknown length', [200, 2]],
    ['large, of unknown length', [503, 1]],
  ] as const)('%s: an idempotent one is sent again only as a whole', async (kind, expected) => {
    const row = { headers: {}, maxBodyBytes: 1024 * 1024 };
    const pair = await startPair([reply({ status: 503 }), reply({ body: 'done' })], row);
    pairs.push(pair);
    const { status } = await httpRequest(`${pair.app.url}/api/x`, { method: 'PUT', ...bodies[kind] });
    expect([status, pair.upstream.requests.length]).toEqual(expected);
    for (const { body } of pair.upstream.requests) expect(body.every((byte) => byte > 96)).toBe(true);
    expect(new Set(pair.upstream.requests.map(({ body }) => body.length)).size).toBe(1);
  });
});
