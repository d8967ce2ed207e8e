import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { isUtf8Body } from './utf8-body.ts';

const bytes = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
  fc
    .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xff))
    .map((list) => Buffer.from(list)),
);

function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return at.slice(1).map((end, i) => whole.subarray(at[i], end));
}

describe('a body in pieces', () => {
  it('is UTF-8 exactly when it is in one piece, wherever it is cut', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (whole, places) => {
        const body = { chunks: cut(whole, places), length: whole.length };
        expect(isUtf8Body(body)).toBe(isUtf8(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is UTF-8 when it is cut after each byte', () => {
    const whole = Buffer.from('{"price":"€ 5","face":"😀"}');
    expect(isUtf8Body({ chunks: cut(whole, [...whole.keys()]), length: whole.length })).toBe(true);
  });
});
