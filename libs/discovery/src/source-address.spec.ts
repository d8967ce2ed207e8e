import { ConfigError } from '@portico/core';
import { z } from 'zod';
import { readQuery, together } from './source-address.ts';

const shape = { tag: z.string().min(1).optional(), wait: z.coerce.number().int().default(5) };

function read(text: string, problems: readonly string[] = []): unknown {
  return readQuery(new URL(text), shape, { upstream: 'catalog', problems });
}

function problemsOf(make: () => unknown): readonly string[] {
  try {
    make();
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

describe('readQuery', () => {
  it('fills in the defaults and freezes', () => {
    const query = read('kind://name/path');
    expect(query).toEqual({ scheme: 'http', wait: 5 });
    expect(Object.isFrozen(query)).toBe(true);
  });

  it('reads what is there', () => {
    expect(read('kind://name?scheme=https&tag=v%201&wait=7')).toEqual({ scheme: 'https', tag: 'v 1', wait: 7 });
  });

  it('lists all that is wrong, after what the caller found', () => {
    const address = 'kind://user:secret@name?scheme=ftp&wait=x&tag=a&tag=b&more=1#part';
    const problems = problemsOf(() => read(address, ['must name a service']));
    expect(problems.map((problem) => problem.replace('upstream catalog: address: ', ''))).toEqual([
      'must name a service',
      '?tag: must not be repeated',
      'must not hold a user or password',
      'must not have a fragment (#...)',
      expect.stringMatching(/^\?scheme: /),
      expect.stringMatching(/^\?wait: /),
      '?more: is none of its parameters, scheme, tag, wait',
    ]);
    expect(problems.join()).not.toContain('secret');
  });

  it('has no parameter that objects have by nature', () => {
    expect(problemsOf(() => read('kind://name?__proto__=1'))).not.toEqual([]);
    expect(problemsOf(() => read('kind://name?constructor=1'))).not.toEqual([]);
  });
});

describe('together', () => {
  const refuse = (problem: string) => (): never => {
    throw new ConfigError([problem]);
  };

  it('gives both', () => {
    expect(
      together(
        () => 1,
        () => 'two',
      ),
    ).toEqual([1, 'two']);
  });

  it('throws the problems of both', () => {
    expect(problemsOf(() => together(refuse('one'), refuse('two')))).toEqual(['one', 'two']);
    expect(problemsOf(() => together(() => 1, refuse('two')))).toEqual(['two']);
  });

  it('throws other errors on', () => {
    const fail = (): never => {
      throw new TypeError('a mistake of ours');
    };
    expect(() => together(fail, () => 1)).toThrow(TypeError);
  });
});
