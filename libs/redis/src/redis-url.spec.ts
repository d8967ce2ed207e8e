import { createClient } from '@redis/client';
import fc from 'fast-check';
import { openRedis } from './redis.ts';
import { redisAddress, redisUrlProblem } from './redis-url.ts';

describe('redisUrlProblem', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'rediss://cache.example',
    'redis://user:pa%40ss@redis:6380/3',
    'redis://:secret@[::1]:6379/',
  ])('accepts %s', (url) => {
    expect(redisUrlProblem(url)).toBeUndefined();
  });

  it.each([
    '',
    'localhost:6379',
    'http://redis:6379',
    'redis://',
    'redis:///0',
    'redis://h/x',
    'redis://h?db=1',
    'redis://h#f',
    'redis://h:99999',
    'redis://user:100%@h',
  ])('refuses %j', (url) => {
    expect(redisUrlProblem(url)).toMatch(/^(must|after) /);
    expect(() => openRedis(url)).toThrow(TypeError);
  });

  it('accepts nothing that the client would not', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('%', '%zz', '@', ':', '/', '[', '6379', 'host'));
    fc.assert(
      fc.property(fc.constantFrom('redis://', 'rediss://'), fc.array(part), (scheme, parts) => {
        const url = scheme + parts.join('');
        if (redisUrlProblem(url) === undefined) expect(createClient({ url })).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });

  it('case 65: repeats nothing of an address, which may hold a password', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
    fc.assert(
      fc.property(secret, fc.constantFrom('redis', 'http', 'rediss'), fc.string(), (password, scheme, rest) => {
        expect(redisUrlProblem(`${scheme}://user:${password}@host${rest}`) ?? '').not.toContain(password);
      }),
    );
    expect(redisAddress('rediss://user:password@host/1')).toBe('host:6379');
  });
});
