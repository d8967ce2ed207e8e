import { type BffError } from '@portico/core';
import fc from 'fast-check';
import { testPrincipal } from '../../../test/principal.ts';
import { identityWriter } from './identity-writer.ts';

/** The value of a header that carries the claim `it`, undefined when none is sent. */
function sent(value: unknown, claim = 'it'): string | undefined {
  const headers: string[] = [];
  const claims = { it: value };
  identityWriter({ 'x-user-it': claim })!(headers, testPrincipal('alice', { claims, roles: new Set(['a', 'b']) }));
  return headers[1];
}

describe('the identity writer', () => {
  it('is none when there is nothing to write', () => {
    expect(identityWriter({})).toBeUndefined();
  });

  it.each<[unknown, string | undefined]>([
    ['gold', 'gold'],
    [7, '7'],
    [0, '0'],
    [true, 'true'],
    [false, 'false'],
    [['a', 'b'], 'a,b'],
    [['a', 1, true], 'a,1,true'],
    ['Jürgen Groß', 'J%C3%BCrgen%20Gro%C3%9F'],
    ['100%', '100%25'],
    ['a,admin', 'a%2Cadmin'],
    [['a,admin', 'b'], 'a%2Cadmin,b'],
    ['a\r\nx-user-roles: admin', 'a%0D%0Ax-user-roles:%20admin'],
    ['', undefined],
    [[], undefined],
    [['a', ''], undefined],
    [['a', { b: 1 }], undefined],
    [{ a: 1 }, undefined],
    [null, undefined],
    [undefined, undefined],
    [Number.NaN, undefined],
  ])('sends %j as %j', (value, expected) => {
    expect(sent(value)).toBe(expected);
  });

  it.each([
    ['sub', 'alice'],
    ['iss', 'https://id.test'],
    ['roles', 'a,b'],
    ['scopes', undefined],
    ['toString', undefined],
    ['__proto__', undefined],
  ])('sends %s of the principal as %j, whatever the claims say', (claim, expected) => {
    const headers: string[] = [];
    const claims = { sub: 'mallory', iss: 'https://evil.test', roles: ['admin'], scopes: ['all'] };
    const principal = testPrincipal('alice', { claims, roles: new Set(['a', 'b']) });
    identityWriter({ 'x-user-it': claim })!(headers, principal);
    expect(headers[1]).toBe(expected);
  });

  it('sends a claim of 4096 characters', () => {
    expect(sent('x'.repeat(4_096))).toHaveLength(4_096);
  });

  it.each([
    ['too long', 'x'.repeat(4_097)],
    ['too long once it is encoded', 'ü'.repeat(1_000)],
    ['not well-formed Unicode', 'a\ud800'],
  ])('refuses a claim that is %s, without telling it', (_, value) => {
    const refuse = (): unknown => sent(value);
    expect(refuse).toThrow(expect.objectContaining<Partial<BffError>>({ code: 'forbidden' }));
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining(value.slice(0, 20)) }));
  });

  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

  it('writes visible ASCII only, and the reader gets back what the claim was', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (list) => {
        const value = sent(list)!;
        expect(value).toMatch(/^[\x21-\x7e]+$/);
        expect(value.split(',').map(decodeURIComponent)).toEqual(list);
      }),
    );
  });
});
