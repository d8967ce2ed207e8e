import type { HeldBody } from '@portico/upstream';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

const held = (...pieces: Array<string | Uint8Array>): HeldBody => {
  const chunks = pieces.map((piece) => Buffer.from(piece as string));
  return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
};

/** What code of a less careful hand does with upstream data. */
function mergeDeep(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (typeof value !== 'object' || value === null) target[name] = value;
    else mergeDeep((target[name] ??= {}) as Record<string, unknown>, value as Record<string, unknown>);
  }
}

const polluted = (): unknown => ({}) as { polluted?: unknown };

/** Whether a JSON number is this double; where it is written as an integer, to the last digit. */
function isSameInteger(token: string, value: number): boolean {
  return Object.is(Number(token), value) && (!/^-?\d+$/.test(token) || BigInt(token) === BigInt(value));
}

describe('parsing what an upstream sent', () => {
  it.each([
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"\\u005f_proto__":{"polluted":1}}',
    '{"\\u005F\\u005fproto\\u005f_":{"polluted":1}}',
    '{"c\\u006fnstructor":{"prototype":{"polluted":1}}}',
    '{"a":[{"b":{"__proto__":{"polluted":1}}}]}',
    '{"a":{"constructor":{"prototype":{"polluted":1}}}}',
  ])('case 83: takes out what could change prototypes: %s', (text) => {
    const value = parseJson(held(text)) as Record<string, unknown>;
    mergeDeep({}, value);
    Object.assign({}, value);
    expect((polluted() as { polluted?: unknown }).polluted).toBeUndefined();
    expect((Object.assign({}, value) as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(value)).not.toContain('polluted');
  });

  it('case 83: leaves harmless members of those names alone', () => {
    const text = '{"constructor":"Ferrari","__proto":1,"note":"__proto__"}';
    expect(JSON.stringify(parseJson(held(text)))).toBe(text);
  });

  it.each([
    ['a depth of 100 000', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a depth of 65', '{"a":'.repeat(65) + '1' + '}'.repeat(65)],
    ['200 000 keys', `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join()}}`],
    ['a byte order mark', '\ufeff{}'],
    ['no JSON', '{"a":}'],
    ['an end too soon', '{"a":[1,2'],
    ['nothing', ''],
    ['NaN', '{"a":NaN}'],
    ['50 001 numbers beyond 2^53', `[${'9007199254740993,'.repeat(50_000)}9007199254740993]`],
  ])('case 84: refuses %s', (_, text) => {
    expect(() => parseJson(held(text))).toThrow(expect.objectContaining({ code: 'upstream-body-invalid' }));
  });

  it('case 84: refuses invalid UTF-8, also where pieces meet, and reads characters cut in two', () => {
    expect(() => parseJson(held('{"a":"', Buffer.from([0xc3]), '"}'))).toThrow('not UTF-8');
    expect(parseJson(held('{"a":"', Buffer.from([0xc3]), Buffer.from([0xa4]), '"}'))).toEqual({ a: 'ä' });
  });

  it('case 84: keeps a depth of 64, duplicate keys (the last), then, toJSON and 1e400 harmless', async () => {
    expect(() => parseJson(held('['.repeat(64) + ']'.repeat(64)))).not.toThrow();
    expect(parseJson(held('{"a":1,"a":2}'))).toEqual({ a: 2 });
    expect(parseJson(held('{"then":1}'))).toEqual({ then: 1 });
    expect(JSON.stringify(parseJson(held('{"toJSON":"x"}')))).toBe('{"toJSON":"x"}');
  });

  it('case 83: refuses to take out dangerous names without end', () => {
    const text = `[${'{"__proto__":1},'.repeat(5_000)}0]`;
    expect(() => parseJson(held(text))).toThrow(expect.objectContaining({ code: 'upstream-body-invalid' }));
  });

  it.each([
    ['75 000 keys', () => `{${Array.from({ length: 75_000 }, (_, i) => `"k${i}":1`).join()}}`],
    ['50 000 objects to look through', () => `[${'{"constructor":1},'.repeat(50_000)}0]`],
    ['a string of 2 MiB', () => JSON.stringify(['x'.repeat(2 * 1024 * 1024 - 10)])],
    ['2 MiB of escapes', () => JSON.stringify(['\\'.repeat(1024 * 1024 - 10)])],
    ['150 000 arrays', () => `[${'[],'.repeat(149_999)}0]`],
    ['150 000 numbers', () => `[${'1e9,'.repeat(149_999)}0]`],
    ['150 000 numbers in an unusual form', () => `[${'1.0e100,'.repeat(149_999)}0]`],
    ['130 000 long fractions', () => `[${'1234567890.1234,'.repeat(130_000)}0]`],
    ['50 000 numbers beyond 2^53', () => `[${'9007199254740993,'.repeat(50_000)}0]`],
    ['50 000 numbers of 40 digits', () => `[${`0.${'7'.repeat(38)},`.repeat(50_000)}0]`],
  ])('case 84: reads the most that a part may hold without a stall: %s', (_, make) => {
    const body = held(make());
    let best = Infinity;
    // The best of some rounds: a busy machine takes caches away from whatever runs.
    for (let round = 0; round < 12 && best >= 100; round++) {
      const started = process.cpuUsage();
      parseJson(body);
      best = Math.min(best, process.cpuUsage(started).user / 1000);
    }
    expect(best).toBeLessThan(100);
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['9007199254740992', '9007199254740992'],
    ['-9007199254740993', '-9007199254740993'],
    ['9007199254740993.0', '9007199254740993.0'],
    ['9.007199254740993e15', '9.007199254740993e15'],
    ['9007199254740991', 9007199254740991],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['12345678901234567.89', '12345678901234567.89'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['52.520006599999998', 52.520006599999995],
    ['1.10', 1.1],
    ['12.5', 12.5],
    ['0.0000001', 1e-7],
    ['5.0', 5],
    ['1e3', 1000],
    ['0e400', 0],
    ['-0', -0],
    ['-0.5', -0.5],
    ['1e+21', 1e21],
    ['0', 0],
    ['123456789012345', 123456789012345],
  ])('reads %s as that number, or as text when JavaScript has no such number', (token, value) => {
    expect(parseJson(held(`{"n":[${token}],"t":"${token}"}`))).toEqual({ n: [value], t: token });
    expect(parseJson(held(token))).toEqual(value);
  });

  it('reads every number as the same number, or as its digits', () => {
    const token = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^(?:0|[1-9][0-9]{0,25})$/),
        fc.stringMatching(/^(?:\.[0-9]{1,20})?$/),
        fc.stringMatching(/^(?:[eE][+-]?[0-9]{1,3})?$/),
      )
      .map((pieces) => pieces.join(''));
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value));
    const any = fc.oneof(token, fc.integer().map(String), double);
    fc.assert(
      fc.property(fc.array(any), (tokens) => {
        const values = parseJson(held(`[${tokens.join(' , ')}]`)) as unknown[];
        values.forEach((value, i) => {
          if (typeof value === 'string') expect(value).toBe(tokens[i]);
          else expect(isSameInteger(tokens[i]!, value as number)).toBe(true);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads a double as a number, however its program prints it, unless its digits may be an integer beyond 2^53', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        fc.pre(Math.abs(value) <= Number.MAX_SAFE_INTEGER || Math.abs(value) >= 1e17);
        const printed = [String(value), value.toExponential(16), value.toPrecision(17)];
        for (const text of printed.filter((one) => !/^-?\d{16,}$/.test(one))) {
          expect(parseJson(held(`[${text}]`))).toEqual([Number(text)]);
        }
      }),
    );
  });

  it.each([
    '{9007199254740993:1}',
    '[1.10.1]',
    '[01.10]',
    '[9007199254740993 1]',
    '[-]',
    '[1e]',
    '[1.]',
    '9007199254740993a',
  ])('refuses %s, which is no JSON before its numbers are texts', (text) => {
    expect(() => parseJson(held(text))).toThrow('is not JSON');
  });
});
