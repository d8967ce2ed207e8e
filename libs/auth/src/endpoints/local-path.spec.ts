import fc from 'fast-check';
import { isLocalPath, normalisePath } from './local-path.ts';

const OWN = 'https://shop.example';

describe('case 61: where a login may lead back to', () => {
  it.each([
    '/',
    '/orders',
    '/orders?page=2&sort=date#last',
    '/a//b',
    '/?next=//evil.example',
    '/search?q=https://evil.example',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/@evil.example',
    '/käse und brot',
    '/a/../b',
  ])('takes %j, and stays on its own origin', (path) => {
    expect(isLocalPath(path)).toBe(true);
    expect(new URL(path, OWN).origin).toBe(OWN);
    expect(new URL(normalisePath(path), OWN).href).toBe(new URL(path, OWN).href);
  });

  it.each([
    '',
    ' ',
    'orders',
    '?a',
    '#a',
    '.',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '/\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '\u0000//evil.example',
    '/\u0000/evil.example',
    '/\u000b/evil.example',
    '/\u007f/evil.example',
    '/\u0085/evil.example',
    '/\u2028/evil.example',
    '/a\r\nset-cookie: a=b',
    'https:evil.example',
    'https:/evil.example',
    'https://evil.example',
    'HTTPS://shop.example',
    'http:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example@shop.example',
    '/..//evil.example',
    '/.//evil.example',
    '/a/../..//evil.example',
    '/%2e%2e//evil.example',
    '/%2e//evil.example',
    '//own.invalid/x',
    `/${'a'.repeat(600)}`,
    `/${'ä'.repeat(100)}`,
  ])('refuses %j', (path) => {
    expect(isLocalPath(path)).toBe(false);
  });

  it('never lets a browser leave, whatever is made of the characters that matter', () => {
    const piece = fc.constantFrom(
      ...['/', '\\', '.', '..', '%2e', '%2f', '%5c', ':', '@', '?', '#', '\t', '\n', '\r', '\u0000', ' ', '\u00a0'],
      ...['https:', 'javascript:', 'evil.example', 'a', ';', '／', '。', '\u2028', '\ud800'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = pieces.join('');
        if (!isLocalPath(path)) return;
        const normal = normalisePath(path);
        expect(new URL(path, OWN).origin).toBe(OWN);
        expect(new URL(normal, OWN).origin).toBe(OWN);
        expect(new URL(normal, 'http://127.0.0.1:3000').origin).toBe('http://127.0.0.1:3000');
        expect(normal).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        expect(isLocalPath(normal)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes 512 characters at most, as they travel on the wire', () => {
    expect([511, 512].map((length) => isLocalPath(`/${'a'.repeat(length)}`))).toEqual([true, false]);
    // Six characters each.
    expect([85, 86].map((count) => isLocalPath(`/a${'ä'.repeat(count)}`))).toEqual([true, false]);
  });

  it('takes any path of plain characters', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9/?&=#._-]{0,80}$/), (rest) => {
        expect(isLocalPath(`/${rest}`)).toBe(!new URL(`/${rest}`, OWN).pathname.startsWith('//'));
      }),
    );
  });
});
