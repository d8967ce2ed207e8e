import { testContext } from '@portico/testing';
import fc from 'fast-check';
import { testPrincipal } from '../../test/principal.ts';
import { isAnonymous, PER_REQUEST_FIELDS, requestKey } from './request-key.ts';

const NONE: ReadonlySet<string> = new Set();
const get = (headers: string[]) => ({ method: 'GET', target: '/', headers });

/** All that tells one request from another. */
interface Parts {
  /** The principal's id; empty for none. */
  readonly user: string;
  readonly authorization: string;
  readonly cookie: string;
  readonly target: string;
  readonly holdUpTo: number | undefined;
  readonly headers: string[];
}

function keyOf({ user, authorization, cookie, ...request }: Parts): string {
  const principal = user === '' ? undefined : testPrincipal('', { id: user });
  const ctx = testContext({ headers: { authorization, cookie }, principal });
  return requestKey({ method: 'GET', ...request }, ctx, NONE);
}

describe('requestKey', () => {
  // Few letters, among them those that a key is made of, so that texts of one field look like parts of another.
  const text = fc.string({ unit: fc.constantFrom('a', '1', '.', '\n', ':'), maxLength: 4 });
  const parts = fc.record({
    user: text,
    authorization: text,
    cookie: text,
    target: text,
    holdUpTo: fc.option(fc.nat(11), { nil: undefined }),
    headers: fc.constant<string[]>([]),
  });

  it('is the same for two requests only when client, target and limit are, whatever the texts hold', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never lets a header field speak for a client', () => {
    fc.assert(
      fc.property(parts, parts, fc.array(text, { maxLength: 4 }), (one, other, values) => {
        const headers = values.flatMap((value) => ['x', value]);
        const isSameClient =
          one.user === other.user && one.authorization === other.authorization && one.cookie === other.cookie;
        if (!isSameClient) expect(keyOf({ ...one, headers })).not.toBe(keyOf({ ...other, headers: [] }));
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells methods and header fields apart, but for those that are left out', () => {
    const ctx = testContext();
    const left = new Set(['traceparent']);
    const key = (method: string, ...headers: string[]) => requestKey({ method, target: '/', headers }, ctx, left);
    expect(key('GET', 'accept', 'a')).toBe(key('GET', 'traceparent', '1', 'accept', 'a', 'traceparent', '2'));
    expect(key('GET', 'accept', 'a')).not.toBe(key('GET', 'accept', 'b'));
    expect(key('GET', 'accept', 'a')).not.toBe(key('GET', 'accept', 'a', 'range', 'bytes=0-1'));
    expect(key('GET', 'accept', 'a')).not.toBe(key('HEAD', 'accept', 'a'));
  });
});

/** RFC 7239, W3C Trace Context, and what proxies add: other for each request, or for each client's address. */
it.each(['forwarded', 'traceparent', 'tracestate', 'x-forwarded-for', 'x-request-id'])(
  'requests that differ in %s only have one key',
  (name) => {
    const key = (...headers: string[]) => requestKey(get(headers), testContext(), PER_REQUEST_FIELDS);
    expect(key(name, '1', 'a', 'b')).toBe(key(name, '2', 'a', 'b'));
    expect(key('a', 'b')).toBe(key(name, '2', 'a', 'b'));
  },
);

it.each(['accept', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'via', 'x-timeout-ms', 'baggage'])(
  'requests that differ in %s have a key each',
  (name) => {
    const key = (...headers: string[]) => requestKey(get(headers), testContext(), PER_REQUEST_FIELDS);
    expect(key(name, '1')).not.toBe(key(name, '2'));
  },
);

describe('isAnonymous', () => {
  it.each([
    { headers: {}, expected: true },
    { headers: { authorization: '', accept: '*/*' }, expected: true },
    { headers: { authorization: 'Bearer x' }, expected: false },
    { headers: { cookie: 'a=b' }, expected: false },
    { headers: {}, principal: testPrincipal('alice'), expected: false },
  ])('is $expected for $headers $principal.id', ({ headers, principal, expected }) => {
    expect(isAnonymous(testContext({ headers, principal }))).toBe(expected);
  });
});
