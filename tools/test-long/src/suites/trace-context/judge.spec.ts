import { type Ask, brokenRules } from './judge.ts';
import { RULES } from './rules.ts';

const asking =
  (callOf: (fields: readonly string[], number: number) => readonly string[]): Ask =>
  (fields, calls) =>
    Promise.resolve(Array.from({ length: calls }, (_, number) => callOf(fields.flat(), number)));

describe('the rules of trace contexts', () => {
  it('are as many as those of the W3C, and each has a name of its own', () => {
    expect(RULES).toHaveLength(41);
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(41);
  });

  it('are all broken by a service that traces nothing', async () => {
    expect(
      await brokenRules(
        RULES,
        asking(() => []),
      ),
    ).toHaveLength(41);
  });

  it('are broken by a service that passes on what it gets', async () => {
    const broken = await brokenRules(
      RULES,
      asking((fields) => fields),
    );
    expect(broken).toContainEqual(expect.stringContaining('a valid traceparent is continued under a new parent'));
    expect(broken).toContainEqual(expect.stringContaining('two traceparents start a new trace'));
    expect(broken).toContainEqual(expect.stringContaining('33 do not'));
  });

  it('are kept, those of new traces, by a service that always starts one', async () => {
    const id = (number: number): string => (number + 1).toString(16).padStart(16, '0');
    const broken = await brokenRules(
      RULES,
      asking((_, number) => ['traceparent', `00-${id(number)}${id(number)}-${id(number)}-00`]),
    );
    const kept = RULES.length - broken.length;
    expect(kept).toBeGreaterThan(15);
    expect(broken).toContainEqual(expect.stringContaining('a valid traceparent is continued'));
    expect(broken).toContainEqual(expect.stringContaining('a tracestate passes on'));
    expect(broken).toContainEqual(expect.stringContaining('the random flag is kept'));
  });
});
