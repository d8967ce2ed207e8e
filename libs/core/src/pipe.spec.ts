import { pipe } from './pipe.ts';

describe('pipe', () => {
  const named =
    (name: string) =>
    (next: (input: string) => string) =>
    (input: string): string =>
      `${name}(${next(`${input}>${name}`)})`;

  it('makes the first stage listed the outermost', () => {
    const send = pipe((input: string) => `[${input}]`, named('a'), named('b'));
    expect(send('in')).toBe('a(b([in>a>b]))');
  });

  it('is the innermost function itself without stages', () => {
    const innermost = (input: string): string => input;
    expect(pipe(innermost)).toBe(innermost);
  });
});
