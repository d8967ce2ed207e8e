import * as fc from 'fast-check';
import { parserOf } from './parse-body.ts';

const parseJson = parserOf({ 'content-type': 'application/json' });
const parseForm = parserOf({ 'content-type': 'application/x-www-form-urlencoded' });
const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__');
const text = fc.string({ unit: 'binary' });
/** As UTF-8 carries it: halves of surrogate pairs become U+FFFD. */
const wellFormed = (one: string): string => Buffer.from(one).toString();

describe('the parsers of bodies', () => {
  it('read a form as its sender meant it, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 20 }), (fields) => {
        const form = parseForm(Buffer.from(new URLSearchParams(fields).toString())) as Record<
          string,
          string | string[]
        >;
        const names = new Set(fields.map(([each]) => wellFormed(each)));
        expect(new Set(Object.keys(form))).toEqual(names);
        for (const each of names) {
          const values = fields.filter(([one]) => wellFormed(one) === each).map(([, value]) => wellFormed(value));
          expect([form[each]].flat()).toEqual(values);
        }
      }),
    );
  });

  it('throw nothing but what is the client’s fault, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const parse of [parseJson, parseForm]) {
          try {
            parse(Buffer.from(bytes));
          } catch (error) {
            expect(error).toMatchObject({ code: 'input-invalid' });
          }
        }
      }),
    );
  });

  it('never hand over an object whose prototype the body chose', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (inner) => {
        for (const [before, after] of [
          ['{"__proto__":', '}'],
          ['[{"a":{"constructor":{"prototype":', '}}}]'],
        ] as const) {
          expect(() => parseJson(Buffer.from(before + inner + after))).toThrow(/prototype/);
        }
      }),
    );
  });
});

describe('the bound of the fields of a form', () => {
  it('is 1,000', () => {
    expect(Object.keys(parseForm(Buffer.from(`a=1${'&b=2'.repeat(999)}`)) as object)).toEqual(['a', 'b']);
    expect(() => parseForm(Buffer.from(`a=1${'&b=2'.repeat(1_000)}`))).toThrow('1000 fields at most');
  });

  it('counts what stands between separators, and nothing that does not', () => {
    expect(parseForm(Buffer.from('&'.repeat(2_000)))).toEqual({});
    expect(Object.keys(parseForm(Buffer.from('a&&'.repeat(1_000))) as object)).toEqual(['a']);
  });

  it('is looked after before anything is made of the bytes', () => {
    expect(() => parseForm(Buffer.from(`${'a&'.repeat(1_001)}\xff`, 'latin1'))).toThrow('1000 fields at most');
  });
});
