import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { cutUp, heldOf } from '../test/held.ts';
import { flawOf } from './json-proof.ts';

const WINDOW = 16_384;

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** What the proof says, one token after the other and with nothing but a list of what must still be closed. */
function isOneNest(text: string): boolean {
  const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  const expected: string[] = [];
  let end = 0;
  for (const [token] of trimmed.matchAll(/"(?:[^"\\]|\\.)*"|[^]/g)) {
    if (end > 0 && expected.length === 0) return false;
    if (token === '"' || token === '\\') return false;
    if (token in CLOSING) expected.push(CLOSING[token]!);
    else if (/[\]}]/.test(token[0]!) && expected.pop() !== token) return false;
    end += token.length;
  }
  return expected.length === 0;
}

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n'), maxLength: 3 });
const places = fc.array(fc.nat(), { maxLength: 5 });
/** Long enough to cross the 64 bytes that are looked at together. */
const structure = fc
  .array(fc.constantFrom(...'{}[]"\\,:a ', '\\"', '\\\\', '"x":', '{"a":', '"]}"', 'x'.repeat(61)), { maxLength: 40 })
  .map((pieces) => pieces.join(''));
const filler = fc.nat(140).map((length) => 'x'.repeat(length));

describe('the proof that JSON is one value', () => {
  it('holds for every JSON value, however it is written, padded and cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1), space, space, places, (value, indent, before, after, cuts) => {
        const text = before + JSON.stringify(value, null, indent) + after;
        expect(flawOf(cutUp(text, cuts))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('says what a reader says who goes byte by byte', () => {
    const opened = fc.constantFrom('{', '[', '"', '[{', '{"', '["');
    const text = fc.tuple(opened, filler, structure, filler, structure, fc.constantFrom('', '}', ']', '"', '}]'));
    fc.assert(
      fc.property(
        text.map((pieces) => pieces.join('')),
        places,
        (json, cuts) => {
          expect(flawOf(cutUp(json, cuts)) === undefined).toBe(isOneNest(json));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('says so at every place of a block and of a window', () => {
    for (const start of [0, WINDOW - 70, 2 * WINDOW - 70]) {
      for (let shift = 0; shift < 140; shift++) {
        const text = 'x'.repeat(start + shift);
        expect(flawOf(heldOf(`["${text}\\\\","]\\"",{}]`))).toBeUndefined();
        expect(flawOf(heldOf(`["${text}\\\\\\","]\\"",{}]`))).toBeDefined();
        expect(flawOf(heldOf(`["${text}",{]}`))).toBeDefined();
        expect(flawOf(heldOf(`["${text}"],{}`))).toBeDefined();
      }
    }
  });

  it('does not hold for JSON that lacks its end', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
        fc.nat(),
        (value, cut) => {
          const bytes = Buffer.from(JSON.stringify(value)).toString('latin1');
          expect(flawOf(heldOf(bytes.slice(0, cut % bytes.length)))).toBeDefined();
        },
      ),
    );
  });

  it('keeps every part of a page in its place: what passes changes neither the names beside it nor their values', () => {
    const shape = fc.array(fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '"main":', '{"a":1}', ' '), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(shape, (pieces) => {
        const part = pieces.join('');
        if (flawOf(cutUp(part)) !== undefined) return;
        const page = readOrUndefined(`{"first":1,"part":${part},"main":{"ok":true}}`);
        if (page === undefined) return expect(readOrUndefined(part)).toBeUndefined();
        expect(page).toEqual({ first: 1, part: JSON.parse(part) as unknown, main: { ok: true } });
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    '{}',
    '[]',
    ' {"a":1}\r\n',
    '\t[1]\n',
    '"a"',
    ' "}" ',
    '""',
    '"\\""',
    '{"Y_y":["\u007f"]}',
    '0',
    '-1.5e+3',
    'null',
    ' true',
    'false\n',
  ])('holds for %j', (text) => {
    expect(flawOf(heldOf(text))).toBeUndefined();
  });

  it.each([
    '',
    ' \n',
    '{',
    '}',
    '{]',
    '[}',
    '[{]}',
    '{} x',
    'x {}',
    '{}{}',
    '{"a":1},"b":{}',
    '"a" "b"',
    '"a",{}',
    '"a"{}',
    '"a"[]"b"',
    '"a\\"',
    '{"a}',
    '{\\"}',
    '{Y}',
    '[_]',
    '{y}',
    '[[\u007f]]',
    '"a"\\"',
    '1,"b":2',
    '1 2',
    '01',
    '1.',
    '+1',
    '.5',
    'NaN',
    'nul',
    '1]',
    '1\u00a0',
    '\u00ef\u00bb\u00bf{}',
    '{}\0',
    '\v{}',
  ])('does not hold for %j', (text) => {
    expect(flawOf(heldOf(text))).toBe('is not one JSON value');
  });

  it('does not hold for what is not UTF-8, wherever that stands', () => {
    expect(flawOf(heldOf('{"a":"\u00e9"}'))).toBe('is not UTF-8');
    expect(flawOf(heldOf('["', 'x'.repeat(WINDOW), '\u00ff', '"]'))).toBe('is not UTF-8');
    expect(flawOf(heldOf('["\u00c3', '\u00a9"]'))).toBeUndefined();
  });

  it('holds for brackets that are open 65,536 deep and no deeper', () => {
    const nested = (depth: number) => heldOf('['.repeat(depth) + ']'.repeat(depth));
    expect(flawOf(nested(65_536))).toBeUndefined();
    expect(flawOf(nested(65_537))).toBeDefined();
    expect(flawOf(heldOf('{}'))).toBeUndefined();
  });

  it.each(['[', '{"', '\\', '"', ' ', '1', '-', '[]', '[1,'])('takes linear time for many %j', (piece) => {
    const make = (size: number) => heldOf(`["${piece.repeat(size)}`, piece.repeat(size));
    expect(growthOf({ make, work: flawOf }, 8_000)).toBeLessThan(4);
  });
});

function readOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
