import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';

const shape = {
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LEVEL: z.enum(['debug', 'info']).default('info'),
  SECRET: z.string({ error: 'must be set' }),
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(shape, environment);
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

describe('loadConfig', () => {
  it('parses what is set, takes defaults for the rest and ignores variables it does not know', () => {
    const config = loadConfig(shape, { PORT: '8080', SECRET: 'x', OTHER: '1' });
    expect(config).toEqual({ PORT: 8080, LEVEL: 'info', SECRET: 'x' });
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig(shape, { PORT: '', SECRET: 'x' }).PORT).toBe(3000);
    expect(problemsOf({ SECRET: '' })).toEqual(['SECRET: must be set']);
  });

  it('takes no notice of the space around a value, such as the line end of a mounted secret', () => {
    expect(loadConfig(shape, { PORT: ' 8080\r', LEVEL: 'debug ', SECRET: 'two words\n' })).toEqual({
      PORT: 8080,
      LEVEL: 'debug',
      SECRET: 'two words',
    });
    expect(problemsOf({ SECRET: ' \n' })).toEqual(['SECRET: must be set']);
  });

  it('never repeats a value, which may be a secret', () => {
    const secret = 's3cr3t-of-the-shop';
    const schemas = [
      z.coerce.number(),
      z.enum(['a', 'b']),
      z.literal('a'),
      z.url(),
      z.email(),
      z.ipv4(),
      z.stringbool(),
      z.iso.datetime(),
      z.string().max(3),
      z.string().regex(/^\d+$/),
      z.string().startsWith('x'),
      z.coerce.date(),
      z.coerce.bigint(),
      z.json().or(z.string().length(1)).pipe(z.number()),
      z.union([z.coerce.number(), z.literal('a')]),
    ];
    const names = Object.fromEntries(schemas.map((schema, index) => [`V${index}`, schema]));
    let message = '';
    try {
      loadConfig(names, Object.fromEntries(Object.keys(names).map((name) => [name, secret])));
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/V0: /);
    expect(message).toMatch(/V14: /);
    expect(message).not.toContain('s3cr3t');
  });

  it('lists every problem at once, each with its variable', () => {
    const problems = problemsOf({ PORT: '99999', LEVEL: 'loud' });
    expect(problems).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^LEVEL: .*"debug"\|"info"/),
      'SECRET: must be set',
    ]);
    expect(new ConfigError(problems).message.split('\n')).toHaveLength(4);
  });

  it('freezes the result', () => {
    const config = loadConfig(shape, { SECRET: 'x' });
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError);
  });

  it('reads process.env when nothing else is given', () => {
    expect(loadConfig({ PATH: z.string() }).PATH).toBe(process.env['PATH']);
  });
});

describe('ConfigError.problemsOf', () => {
  it('throws an error of another kind on', () => {
    const other = new Error('disk full');
    expect(() => ConfigError.problemsOf(other)).toThrow(other);
  });
});
