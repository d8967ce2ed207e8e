import { randomBytes } from 'node:crypto';
import { BffError } from '@portico/core';
import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { readCookies, formatHostCookie } from './cookies.ts';
import { SessionCookie } from './session-cookie.ts';

const cookie = new SessionCookie('web-bff');
const SECRET = randomBytes(32).toString('base64url');
const OTHER = randomBytes(32).toString('base64url');

/** What browsers send of other cookies: octets of RFC 6265, and what they accept beyond it. */
const foreignCookie = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/), fc.stringMatching(/^[ -:<-~]{0,40}$/))
  .map(([name, value]) => `${name}=${value}`);

describe('SessionCookie', () => {
  it('finds the secret among any other cookies', () => {
    fc.assert(
      fc.property(fc.array(foreignCookie), fc.array(foreignCookie), (before, after) => {
        const header = [...before, `__Host-web-bff=${SECRET}`, ...after].join('; ');
        expect(cookie.read(header)).toBe(SECRET);
      }),
    );
  });

  it('case 69: finds nothing, and throws nothing but "ambiguous", whatever the header', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '__Host-web-bff=',
        '__Host-web-bff',
        ';',
        '; ',
        '=',
        ' ',
        '"',
        SECRET,
        SECRET.slice(1),
        '\t',
        ',',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const header = pieces.join('');
        const expected = header
          .split(';')
          .map((part) => part.replace(/^[ \t]+/, ''))
          .filter((part) => part.startsWith('__Host-web-bff='))
          .map((part) => part.slice('__Host-web-bff='.length));
        if (expected.length > 1) expect(() => cookie.read(header)).toThrow(BffError);
        else expect(cookie.read(header)).toBe(/^[\w-]{43}$/.test(expected[0] ?? '') ? expected[0] : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['too short', SECRET.slice(1)],
    ['too long', `${SECRET}A`],
    ['another alphabet', `${SECRET.slice(1)}+`],
    ['quoted', `"${SECRET}"`],
    ['encoded', `%41${SECRET.slice(3)}`],
    ['with a line end', `${SECRET}\n`],
    ['empty', ''],
    ['20 KB', 'A'.repeat(20_000)],
  ])('case 69: a value that is %s is no session', (_name, value) => {
    expect(cookie.read(`__Host-web-bff=${value}`)).toBeUndefined();
    expect(cookie.read(`a=b; __Host-web-bff=${value}; c=d`)).toBeUndefined();
  });

  it.each([
    ['once more the same', `__Host-web-bff=${SECRET}; __Host-web-bff=${SECRET}`],
    ['another one', `__Host-web-bff=${SECRET}; x=y; __Host-web-bff=${OTHER}`],
    ['garbage before', `__Host-web-bff=; __Host-web-bff=${SECRET}`],
    ['garbage behind, without a blank', `__Host-web-bff=${SECRET};__Host-web-bff=x`],
  ])('case 69: cookie tossing, %s, is ambiguous', (_name, header) => {
    expect(() => cookie.read(header)).toThrow(expect.objectContaining({ code: 'credentials-ambiguous' }));
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another BFF', `__Host-admin-bff=${SECRET}`],
    ['a name that only ends like it', `x__Host-web-bff=${SECRET}`],
    ['a name that only begins like it', `__Host-web-bff-login-12345678=${SECRET}`],
    ['another case, which browsers do not guard', `__host-web-bff=${SECRET}`],
    ['a blank before the equals sign', `__Host-web-bff =${SECRET}`],
    ['the value of another cookie', `a=__Host-web-bff=${SECRET}`],
    ['the name without the prefix', `web-bff=${SECRET}`],
  ])('case 70: takes %s for no session', (_name, header) => {
    expect(cookie.read(header)).toBeUndefined();
  });

  it.each([
    ['a__Host-web-bff=; ', '__Host-web-bff'],
    ['__Host-web-bff-login;', '__Host-web-bff-login-'],
    [' ', '__Host-'],
    ['x__Host-', '__Host-'],
    ['=', '__Host-'],
    [';', '__Host-'],
  ])('reads a header of many %j, made to be slow, in linear time', (piece, prefix) => {
    const make = (size: number): string => `${piece.repeat(size)}x`;
    expect(growthOf({ make, work: (header) => cookie.read(header) }, 4_000)).toBeLessThan(4);
    expect(growthOf({ make, work: (header) => readCookies(header, prefix) }, 4_000)).toBeLessThan(4);
    expect(cookie.read(make(60_000))).toBeUndefined();
    expect(readCookies(make(60_000), prefix)).toEqual([]);
  });

  it('case 70: is set for this host only, over TLS, out of reach of scripts, until the browser is closed', () => {
    expect(cookie.set(SECRET)).toBe(`__Host-web-bff=${SECRET}; Path=/; Secure; HttpOnly; SameSite=Strict`);
    expect(cookie.clear()).toBe('__Host-web-bff=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0');
  });

  it('refuses names and values that would break out of the field', () => {
    expect(() => new SessionCookie('web bff')).toThrow(TypeError);
    expect(() => new SessionCookie('')).toThrow(TypeError);
    expect(() => cookie.set('x; Domain=evil.example')).toThrow(TypeError);
    expect(() => formatHostCookie('__Secure-a', 'x', { sameSite: 'Lax' })).toThrow(TypeError);
  });
});

describe('readCookies', () => {
  it('gives all cookies with the prefix in their order, undecoded', () => {
    const header = 'a=b; __Host-x-login-1=one;__Host-x-login-2=t=w%20o ; c=__Host-x-login-3=no; __Host-x-login-1=again';
    expect(readCookies(header, '__Host-x-login-')).toEqual([
      { name: '__Host-x-login-1', value: 'one' },
      { name: '__Host-x-login-2', value: 't=w%20o ' },
      { name: '__Host-x-login-1', value: 'again' },
    ]);
    expect(readCookies(undefined, '__Host-x-login-')).toEqual([]);
  });

  it('reads back whatever formatHostCookie wrote', () => {
    const name = fc.stringMatching(/^__Host-x-login-[\w-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.stringMatching(/^[\w.~-]{0,60}$/))), (cookies) => {
        const written = cookies.map(([key, value]) => formatHostCookie(key, value, { sameSite: 'Lax' }).split('; ')[0]);
        expect(readCookies(written.join('; '), '__Host-x-login-')).toEqual(
          cookies.map(([key, value]) => ({ name: key, value })),
        );
      }),
    );
  });
});
