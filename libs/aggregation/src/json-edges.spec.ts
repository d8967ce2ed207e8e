import type { HeldBody } from '@portico/upstream';
import fc from 'fast-check';
import { hasJsonEdges } from './json-edges.ts';

const held = (...pieces: string[]): HeldBody => {
  const chunks = pieces.map((piece) => Buffer.from(piece, 'latin1'));
  return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
};

/** Cuts a text into pieces at the given places. */
const cut = (text: string, places: readonly number[]): string[] => {
  const stops = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return stops.slice(1).map((stop, i) => text.slice(stops[i], stop));
};

describe('the edges of JSON', () => {
  it.each(['{}', '[]', ' {"a":1}\r\n', '\t[1]\n'])('accepts %j', (text) => {
    expect(hasJsonEdges(held(text))).toBe(true);
  });

  it.each([
    '',
    ' \n',
    '{',
    '}',
    '{]',
    '[}',
    '{} x',
    'x {}',
    '"{}"',
    '1',
    'null',
    '\u00ef\u00bb\u00bf{}',
    '{}\0',
    '\v{}',
  ])('case 84: refuses %j', (text) => {
    expect(hasJsonEdges(held(text))).toBe(false);
  });

  it('accepts every object and array, however it is cut and padded, and refuses it without its last byte', () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 });
    const document = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(document, space, space, fc.array(fc.nat(), { maxLength: 5 }), (value, before, after, places) => {
        const text = JSON.stringify(value);
        const latin1 = Buffer.from(text).toString('latin1');
        expect(hasJsonEdges(held(...cut(before + latin1 + after, places)))).toBe(true);
        const short = Buffer.from(text.slice(0, -1)).toString('latin1');
        const inner = value !== null && short.length > 1 && /[}\]]$/.test(short);
        if (!inner) expect(hasJsonEdges(held(...cut(before + short, places)))).toBe(false);
      }),
    );
  });
});
