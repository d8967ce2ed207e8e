import { Readable } from 'node:stream';
import fc from 'fast-check';
import { held } from '../../../test/scripted-send.ts';
import { headerOf, type UpstreamResponse } from '../../send.ts';
import { LastGood } from './last-good.ts';

const POLICY = { maxAge: 60_000, entries: 3, maxBytes: 1024 * 1024 };

function good(overrides: Partial<UpstreamResponse> = {}): UpstreamResponse {
  return { status: 200, headers: ['content-type', 'application/json'], body: held('{"a":1}'), ...overrides };
}

function textOf({ body }: UpstreamResponse): string {
  return 'chunks' in body ? Buffer.concat(body.chunks).toString() : 'a stream';
}

describe('LastGood', () => {
  it('finds the last answer kept, with how old it is in seconds', () => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good(), 0);
    lastGood.keep('a', good({ headers: ['etag', '"2"'], body: held('two') }), 1_000);
    const found = lastGood.find('a', 3_999)!;
    expect(found).toMatchObject({ status: 200, headers: ['etag', '"2"', 'age', '2'] });
    expect(textOf(found)).toBe('two');
    expect(lastGood.find('b', 3_999)).toBeUndefined();
  });

  it('adds to the age that the answer had when it came', () => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good({ headers: ['age', '100', 'etag', '"1"'] }), 0);
    expect(lastGood.find('a', 5_000)!.headers).toEqual(['etag', '"1"', 'age', '105']);
  });

  it.each(['x', '-5', '1e999'])('takes an age of "%s" for the largest', (age) => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good({ headers: ['age', age] }), 0);
    expect(headerOf(lastGood.find('a', 5_000)!.headers, 'age')).toBe(`${2 ** 31 + 5}`);
  });

  it('finds nothing that is older than it may be', () => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good(), 0);
    expect(lastGood.find('a', 60_000)).toBeDefined();
    expect(lastGood.find('a', 60_001)).toBeUndefined();
  });

  it('keeps the good answer when a later one is not to be kept', () => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good(), 0);
    lastGood.keep('a', good({ status: 404, body: held('no') }), 1);
    expect(textOf(lastGood.find('a', 2)!)).toBe('{"a":1}');
  });

  it.each<[string, Partial<UpstreamResponse>]>([
    ['another status than 200', { status: 204 }],
    ['a stream', { body: Readable.from(['x']) }],
    ['one that sets a cookie', { headers: ['set-cookie', 'a=1'] }],
    ['no-store', { headers: ['cache-control', 'no-store'] }],
    ['private', { headers: ['cache-control', 'max-age=60, private'] }],
    ['no-cache', { headers: ['cache-control', 'no-cache'] }],
    ['must-revalidate', { headers: ['cache-control', 'max-age=1, must-revalidate'] }],
    ['proxy-revalidate', { headers: ['cache-control', 'proxy-revalidate'] }],
    ['one that is larger than all may be together', { body: held('x'.repeat(2 * 1024 * 1024)) }],
  ])('does not keep %s', (_, overrides) => {
    const lastGood = new LastGood(POLICY);
    lastGood.keep('a', good(overrides), 0);
    expect(lastGood.find('a', 0)).toBeUndefined();
  });

  it('holds no more memory than the body takes, although its chunk may be a window on a larger buffer', () => {
    const lastGood = new LastGood(POLICY);
    const socketBuffer = Buffer.alloc(64 * 1024, 'x');
    lastGood.keep('a', good({ body: { chunks: [socketBuffer.subarray(0, 10)], length: 10 } }), 0);
    const { body } = lastGood.find('a', 0)!;
    expect('chunks' in body && body.chunks[0]!.buffer.byteLength).toBe(10);
  });

  it('stays within its bounds and loses the oldest first, whatever is kept when', () => {
    const step = fc.record({ key: fc.nat(9), length: fc.nat(5_000), wait: fc.nat(30_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const policy = { maxAge: 60_000, entries: 4, maxBytes: 10_000 };
        const lastGood = new LastGood(policy);
        const kept = new Map<number, { at: number; length: number }>();
        let now = 0;
        for (const { key, length, wait } of steps) {
          now += wait;
          lastGood.keep(`${key}`, good({ body: held('x'.repeat(length)) }), now);
          kept.delete(key);
          kept.set(key, { at: now, length });
          const found = [...kept].filter(([name]) => lastGood.find(`${name}`, now));
          expect(found.length).toBeLessThanOrEqual(policy.entries);
          expect(found.reduce((sum, [, { length: bytes }]) => sum + bytes, 0)).toBeLessThanOrEqual(policy.maxBytes);
          // What is left are the newest, and the one just kept is always there.
          const newest = [...kept].slice(-found.length);
          expect(found).toEqual(newest);
          expect(lastGood.find(`${key}`, now)).toBeDefined();
        }
      }),
    );
  });
});
