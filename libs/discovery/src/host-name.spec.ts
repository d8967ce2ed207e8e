import { isIP } from 'node:net';
import { growthOf } from '@portico/testing';
import fc from 'fast-check';
import { isHostName } from './host-name.ts';

describe('isHostName', () => {
  it.each([
    'a',
    'catalog',
    'catalog.shop.svc.cluster.local',
    'shop_catalog',
    '_http._tcp.a',
    'A-1.example.',
    '1a',
    'xn--bcher-kva.de',
  ])('takes "%s"', (name) => {
    expect(isHostName(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    'a..b',
    '-a',
    'a-',
    'a b',
    'bücher.de',
    'evil.com#',
    'evil.com?x',
    'evil.com/x',
    'evil.com\\x',
    'evil.com:80',
    'user@evil.com',
    'a%2eb',
    'a\r\nb',
    'a\0b',
    'javascript:alert(1)',
    '127.0.0.1',
    '::1',
    '[::1]',
    '127.1',
    '0177.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '127.0x1',
    'a.1',
    '1.2.3.4.5',
    '1.',
    'a'.repeat(64),
    `${'a'.repeat(50)}.`.repeat(6),
  ])('case 98: does not take "%s"', (name) => {
    expect(isHostName(name)).toBe(false);
  });

  it('takes nothing that a URL parser understands differently', () => {
    const part = fc.constantFrom(...'aZ09_-.xX:/@#?%[]\\ \t\n', 'xn--', '0x', '127', 'ü', '。', 'ａ');
    const text = fc.oneof(
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (name) => {
        fc.pre(isHostName(name));
        const url = new URL(`http://${name}:8080/path`);
        expect(url.hostname).toBe(name.toLowerCase());
        expect([url.username, url.port, url.pathname, isIP(url.hostname)]).toEqual(['', '8080', '/path', 0]);
      }),
      { numRuns: 2_000, maxSkipsPerRun: 1_000 },
    );
  });

  it('takes every name of the internet', () => {
    fc.assert(fc.property(fc.domain(), (name) => isHostName(name)));
  });

  it.each(['a', 'a-', 'a.', '-'])('decides on a hostile text of many %j in linear time', (piece) => {
    const make = (size: number): string => piece.repeat(size);
    expect(isHostName(make(50_000))).toBe(false);
    expect(growthOf({ make, work: isHostName }, 4_000)).toBeLessThan(4);
  });
});
