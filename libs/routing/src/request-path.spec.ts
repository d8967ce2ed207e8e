import { BffError } from '@portico/core';
import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { parseTemplate, type PathTemplate } from './path-template.ts';
import { checkTarget, compilePath } from './request-path.ts';

function template(text: string): PathTemplate {
  const parsed = parseTemplate(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function refuses(target: string): boolean {
  try {
    checkTarget(target);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(BffError);
    expect((error as BffError).code).toBe('request-malformed');
    return true;
  }
}

const ESCAPING = [
  '/api/../admin',
  '/api/./admin',
  '/api/..',
  '/api/.',
  '/api/%2e%2e/admin',
  '/api/%2E./admin',
  '/api/.%2e/admin',
  '/api/..%2fadmin',
  '/api/..%5cadmin',
  '/api/..\\admin',
  '/api/..;/admin',
  '/api/..;a=1/admin',
  '/api/%2e%2e;/admin',
  '/api/%252e%252e/admin',
  '/api/%25252e%25252e/admin',
  '/api/%25%32%65%2e/admin',
  '/api/a%2f..%2fadmin',
  '/api/a%252f..%252fadmin',
  '/api/..%3f/admin',
  '/api/..%23/admin',
  '/api/%c0%ae%c0%ae/admin',
  '/api/%25c0%25ae/admin',
  '/api/%e0%80%ae/admin',
  '/api/%00',
  '/api/a%2500',
  '/api/a%0d%0ab',
  '/api/a%7f',
  '/api/a%5cb',
  '/api/a%255cb',
];

const MALFORMED = [
  '//evil/x',
  '/\\evil',
  '/api/é',
  '/api/a\u0001',
  '/api/a b',
  '/api/a#b',
  '/api/a?b#c',
  '/api/a?b\u0000',
  '/api/a?é',
  '/api/%',
  '/api/%4',
  '/api/%zz',
  '/api/%u002e',
  '/api/%ff',
  '/api/%ed%a0%80',
  'http://evil/x',
  '*',
  '',
];

const FAITHFUL = [
  '/',
  '/api/a%2Fb',
  '/api/a%2fb',
  '/api/a%20b',
  '/api/a+b',
  '/api/a;p=1',
  '/api/x?a=1&a=2',
  '/api/~',
  '/api/%7E',
  '/api/x?',
  '/api/x??',
  '/api/@evil',
  '/api/.well-known/x',
  '/api/...',
  '/api/a..b/..a/b..',
  '/api/a%2e%2eb',
  '/api/100%25',
  '/api/%252F',
  '/api/%C3%A9',
  '/api/x?url=http://a/../b&path=..%2f%00',
  '/api/x?q=100%',
  '/api/x?{"a":[1]}|\\^`',
  '/api/[1]|2',
];

describe('checkTarget', () => {
  it.each(ESCAPING)('case 40: refuses %s', (target) => expect(refuses(target)).toBe(true));

  it.each(MALFORMED)('case 42: refuses %j', (target) => expect(refuses(target)).toBe(true));

  it.each(FAITHFUL)('case 41: accepts %s', (target) => {
    const question = target.indexOf('?');
    expect(checkTarget(target)).toBe(question === -1 ? target.length : question);
  });

  it('case 40: whatever it accepts has no dot segment, however often it is decoded', () => {
    const pieces = ['.', '/', '%2e', '%2f', '%5c', '\\', ';', '%25', '25', '2e', '%', 'a', '%c0%ae', '%3b', '%32%65'];
    const path = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => `/api/${list.join('')}`);
    fc.assert(
      fc.property(path, (target) => {
        fc.pre(!refuses(target));
        let decoded = target;
        for (let round = 0; round < 12; round++) {
          const segments = decoded.split(/[/\\]/).map((segment) => segment.split(';')[0]);
          expect(segments).not.toContain('..');
          decoded = decoded.replace(/%[0-7][0-9a-f]/gi, (escape) => decodeURIComponent(escape));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['a', '/.a', '%25', '%', '/..a', '.'])('takes linear time for many %j', (piece) => {
    const make = (size: number): string => `/${piece.repeat(size)}!\u0001`;
    expect(growthOf({ make, work: refuses }, 4_000)).toBeLessThan(4);
  });
});

describe('compilePath', () => {
  const segment = fc
    .array(
      fc.constantFrom(
        'a',
        'Z',
        '9',
        '~',
        '%7E',
        '%2F',
        '+',
        ';p=1',
        '%20',
        '@',
        ':',
        '%C3%A9',
        '.x',
        '%25',
        '*',
        '&',
        '=',
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((list) => list.join(''));

  it('case 41: parameters and the rest keep their bytes', () => {
    const write = compilePath(template('/api/:kind/x/:id/*'), template('/v1/:id/by/:kind/*'));
    fc.assert(
      fc.property(segment, segment, fc.array(segment, { minLength: 1, maxLength: 4 }), (kind, id, rest) => {
        const raw = `/api/${kind}/x/${id}/${rest.join('/')}`;
        fc.pre(!refuses(raw));
        expect(write(raw)).toBe(`/v1/${id}/by/${kind}/${rest.join('/')}`);
      }),
    );
  });

  it('case 40: an accepted path stays under the base path of `to`', () => {
    const write = compilePath(template('/api/*'), template('/base/*'));
    const piece = fc.constantFrom('.', '/', '%2e', '%2f', '%5c', ';', '%25', 'a', '@', '?', '%', 'evil.test', ':80');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const raw = `/api/${pieces.join('')}`;
        fc.pre(!refuses(raw));
        const path = raw.split('?', 1)[0]!;
        fc.pre(!path.startsWith('/api//'));
        expect(write(path)).toBe(`/base/${path.slice('/api/'.length)}`);
        const url = new URL(write(path), 'http://upstream.test');
        expect(url.host).toBe('upstream.test');
        expect(url.pathname.startsWith('/base/')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('case 42: a rest that starts with a slash is refused', () => {
    const write = compilePath(template('/api/*'), template('/*'));
    expect(() => write('/api//evil.test/x')).toThrow(BffError);
  });

  it('writes a path without parameters as it is', () => {
    expect(compilePath(template('/api/:id'), template('/fixed/path'))('/api/1')).toBe('/fixed/path');
    expect(compilePath(template('/api'), template('/'))('/api')).toBe('/');
  });

  it('finds the segments when the static part is percent-encoded', () => {
    expect(compilePath(template('/api/:id'), template('/items/:id'))('/%61pi/1')).toBe('/items/1');
  });
});
