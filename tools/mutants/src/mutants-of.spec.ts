import { mutantsOf } from './mutants-of.ts';

const mutated = (text: string): string[] =>
  mutantsOf('x.ts', text).map(({ change, start, end, replacement }) => {
    return `${change}: ${text.slice(0, start)}${replacement}${text.slice(end)}`;
  });

describe('the mutants of a source', () => {
  it('negate each condition', () => {
    expect(mutated('if (a) b = c ? d : e;')).toEqual([
      'negate condition: if (!(a)) b = c ? d : e;',
      'negate condition: if (a) b = !(c) ? d : e;',
    ]);
    expect(mutated('while (a) b = 1n;')).toEqual(['negate condition: while (!(a)) b = 1n;']);
    expect(mutated('for (; a < b;) continue;')).toEqual(['negate condition: for (; !(a < b);) continue;']);
  });

  it('remove each call of a statement, and tell those that clean up apart', () => {
    expect(mutated('f(a);')).toEqual(['remove call: ;']);
    expect(mutated('await a.b(c);')).toEqual(['remove call: ;']);
    expect(mutated('clearTimeout(t);')).toEqual(['skip clean-up: ;']);
    expect(mutated('map?.delete(key);')).toEqual(['skip clean-up: ;']);
    expect(mutated('class A extends B { constructor() { super(a); } }')).toEqual([]);
    expect(mutated('const a = f(b);')).toEqual([]);
  });

  it('change each constant, but no sentence, no name and no type', () => {
    expect(mutated("const a = 3, b = true, c = 'x-id', d = 'not a word';")).toEqual([
      "change constant: const a = (3 + 1), b = true, c = 'x-id', d = 'not a word';",
      "change constant: const a = 3, b = false, c = 'x-id', d = 'not a word';",
      "change constant: const a = 3, b = true, c = 'mutated x-id', d = 'not a word';",
    ]);
    expect(mutated("import 'x-id'; type A = 'word' | 3; const o = { 'x-id': a };")).toEqual([]);
  });

  it('drop each entry of a list of constants', () => {
    expect(mutated('const a = [/a/, /b/];')).toEqual([
      'drop entry: const a = [/b/];',
      'drop entry: const a = [/a/, ];',
    ]);
    expect(mutated('const a = [b, c];')).toEqual([]);
  });

  it('know where they are', () => {
    const [mutant] = mutantsOf('libs/x/src/y.ts', 'a = b;\n\nif (\n  c\n) d = e;');
    expect(mutant).toMatchObject({ file: 'libs/x/src/y.ts', line: 4, original: 'c', replacement: '!(c)' });
  });
});
