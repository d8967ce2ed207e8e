import * as fc from 'fast-check';
import { type RawUpstream, startRawUpstream, testContext } from '@portico/testing';
import { BARE } from '../../test/bare.ts';
import { transportTo } from '../../test/transport-to.ts';
import type { HeldBody } from '../send.ts';
import { InterimAnswers } from './interim-answers.ts';
import type { Transport } from './undici-transport.ts';

/** The same bytes in pieces that end at `cuts`. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)));
}

/** What the parser gets to see of `text`, cut into pieces. */
function seen(text: string, cuts: readonly number[] = []): string {
  const interim = new InterimAnswers();
  interim.expect();
  return pieces(Buffer.from(text, 'latin1'), cuts)
    .map((piece) => {
      interim.read(piece);
      return piece.toString('latin1');
    })
    .join('');
}

const anyCuts = fc.array(fc.nat(), { maxLength: 40 });
const anyFields = fc.constantFrom('', 'x-a: 1\r\n', 'link: </100 HTTP/1.1 100>\r\nx-b: \r\n', 'content-length: 5\r\n');
const anyInterim = fc
  .tuple(fc.constantFrom('100 Continue', '100', '100 ', '102 Processing', '103 Early Hints', '110 Odd'), anyFields)
  .map(([status, fields]) => `HTTP/1.1 ${status}\r\n${fields}\r\n`);
const anyFinal = fc
  .tuple(
    fc.constantFrom('200 OK', '404 Not Found', '500'),
    anyFields,
    fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n'),
  )
  .map(([status, fields, body]) => `HTTP/1.1 ${status}\r\n${fields}\r\n${body}`);

describe('interim answers as the parser sees them', () => {
  it('have 102 for 100 and are the same otherwise, however the bytes are cut; the final answer stays as it is', () => {
    fc.assert(
      fc.property(fc.array(anyInterim, { maxLength: 5 }), anyFinal, anyCuts, (interim, final, cuts) => {
        const expected = interim.map((head) => head.replace(/^HTTP\/1\.1 100/, 'HTTP/1.1 102')).join('');
        expect(seen(interim.join('') + final, cuts)).toBe(expected + final);
      }),
    );
  });

  it('never change the number of bytes, nor anything but the last digit of a status', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'HTTP/1.1 002\r\na:') }), anyCuts, (text, cuts) => {
        const after = seen(text, cuts);
        expect(after).toHaveLength(text.length);
        for (let i = 0; i < text.length; i++) {
          if (after[i] !== text[i]) expect([text.slice(i - 2, i + 1), after[i]]).toEqual(['100', '2']);
        }
      }),
    );
  });

  it('are looked for behind empty lines, and not once the final answer has begun or nothing is awaited', () => {
    expect(seen('\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n')).toBe('\r\n\r\nHTTP/1.1 102 Continue\r\n\r\n');
    expect(seen('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n')).toContain('HTTP/1.1 100');
    const piece = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
    new InterimAnswers().read(piece);
    expect(piece.toString()).toContain('HTTP/1.1 100');
  });

  it('tell of the final answer whether it came with HTTP/1.0', () => {
    const interim = new InterimAnswers();
    for (const [text, isHttp10] of [
      ['HTTP/1.0 200 OK\r\n\r\n', true],
      ['HTTP/1.1 103 Early\r\n\r\nHTTP/1.0 200 OK\r\n\r\n', true],
      ['HTTP/1.1 200 OK\r\n\r\n', false],
    ] as const) {
      interim.expect();
      interim.read(Buffer.from(text));
      expect(interim.isHttp10).toBe(isHttp10);
    }
  });
});

describe('interim answers on a connection', () => {
  let upstream: RawUpstream;
  let transport: Transport;
  let next: readonly Buffer[] = [];
  beforeAll(async () => {
    upstream = await startRawUpstream((socket) => {
      socket.setNoDelay(true);
      const write = ([piece, ...rest]: readonly Buffer[]): void => {
        if (piece) socket.write(piece, () => setImmediate(write, rest));
      };
      write(next);
    });
    transport = transportTo(upstream.url, { ...BARE, connections: 1 });
  });
  afterAll(async () => {
    await transport.close();
    await upstream.close();
  });

  it('are skipped wherever the segments end, call after call on one connection', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyInterim, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (interim, cuts) => {
          const final = 'HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\nbody HTTP/1.1 100 Continue\n';
          next = pieces(Buffer.from(interim.join('') + final), cuts);
          const { status, body } = await transport.send({ method: 'GET', target: '/', headers: [] }, testContext());
          expect(status).toBe(200);
          expect(Buffer.concat((body as HeldBody).chunks).toString()).toBe('body HTTP/1.1 100 Continue\n');
        },
      ),
      { numRuns: 40 },
    );
    expect(upstream.sockets.length).toBe(1);
  });
});
