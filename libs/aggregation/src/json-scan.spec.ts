import fc from 'fast-check';
import { excessOf as excessAndNumbersOf, itemsOf, type JsonLimits } from './json-scan.ts';

const excessOf = (bytes: Uint8Array, most: JsonLimits) => excessAndNumbersOf(bytes, most, []);

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const entriesOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value);
  const own = Math.max(0, inside.length - 1) + (Array.isArray(value) ? 0 : inside.length);
  return inside.reduce<number>((sum, one) => sum + entriesOf(one), own);
};

describe('excessOf()', () => {
  it('agrees with the depth and the entries of the parsed value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(6), (value, most) => {
        const bytes = Buffer.from(JSON.stringify(value));
        expect(excessOf(bytes, { depth: most, entries: Infinity }) === 'depth').toBe(depthOf(value) > most);
        expect(excessOf(bytes, { depth: Infinity, entries: most }) === 'entries').toBe(entriesOf(value) > most);
      }),
    );
  });

  it('is not fooled by brackets and quotes in strings', () => {
    expect(excessOf(Buffer.from('["[[[[\\"[[[[:::","\\\\",[]]'), { depth: 2, entries: 2 })).toBeUndefined();
    expect(excessOf(Buffer.from('["[[[['), { depth: 1, entries: 0 })).toBeUndefined();
  });
});

describe('itemsOf()', () => {
  const text = (json: string): string | undefined => {
    const items = itemsOf(Buffer.from(json));
    return items && Buffer.from(items).toString();
  };

  it('finds the content of a list wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(0, 1, 3),
        (items, before, after, indent) => {
          delete before['items'];
          const json = JSON.stringify({ ...before, items, after }, null, indent);
          expect(JSON.parse(`[${text(json)!}]`)).toEqual(JSON.parse(JSON.stringify(items)));
          expect(JSON.parse(`[${text(JSON.stringify(items, null, indent))!}]`)).toEqual(
            JSON.parse(JSON.stringify(items)),
          );
        },
      ),
    );
  });

  it.each(['', '{', '{}', '{"items":1}', '{"items":[', '"items":[]', '{"items" []}', '{"a":{"items":[]}}'])(
    'finds none in %j',
    (json) => {
      expect(text(json)).toBeUndefined();
    },
  );

  it('ends on any bytes', () => {
    const byte = fc.constantFrom(...Buffer.from('{}[]":,\\ items1'));
    fc.assert(fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => void itemsOf(Buffer.from(bytes))));
  });
});
