import { Readable } from 'node:stream';
import { hasLastingBody, isIdempotent } from './repeatable.ts';

const call = { target: '/', headers: [] };

describe('a call that may be repeated', () => {
  it.each([
    ['GET', true],
    ['HEAD', true],
    ['OPTIONS', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
  ])('%s: %s, unless the route says otherwise', (method, expected) => {
    expect(isIdempotent({ ...call, method })).toBe(expected);
    expect(isIdempotent({ ...call, method, idempotent: true })).toBe(true);
    expect(isIdempotent({ ...call, method, idempotent: false })).toBe(false);
  });

  it('has no body or one in memory', () => {
    expect(hasLastingBody({ ...call, method: 'PUT' })).toBe(true);
    expect(hasLastingBody({ ...call, method: 'PUT', body: Buffer.from('all of it') })).toBe(true);
    expect(hasLastingBody({ ...call, method: 'PUT', body: Readable.from(['piece']) })).toBe(false);
  });
});
