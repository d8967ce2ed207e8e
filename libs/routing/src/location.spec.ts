import { httpRequest, reply } from '@portico/testing';
import fc from 'fast-check';
import { type Pair, startPair } from '../test/start-pair.ts';
import { compileLocation, type KnownOrigins, placeOf } from './location.ts';
import { parseTemplate, type PathTemplate } from './path-template.ts';
import { compileCookiePath, compileRewrite, deriveRewrite } from './rewrite.ts';
import { rewriteSetCookie } from './set-cookie.ts';

const ORIGIN = 'http://10.0.0.7:4001';
const known: KnownOrigins = {
  own: () => new Set([ORIGIN]),
  hasPlace: (place) => place === '10.0.0.7:4001' || place === 'catalog.example.com',
};
const client = { host: 'shop.example.com' };

describe('compileLocation', () => {
  const location = compileLocation(known, compileRewrite({ from: '/', to: '/api/catalog' }, '/base'));

  it.each([
    ['/base/products/1?a=1#b', '/api/catalog/products/1?a=1#b'],
    ['/base', '/api/catalog'],
    [`${ORIGIN}/base/products/1`, '/api/catalog/products/1'],
    ['//10.0.0.7:4001/base/x', '/api/catalog/x'],
    ['products/2', 'products/2'],
    ['?page=2', '?page=2'],
    ['https://pay.example.com/checkout?id=1', 'https://pay.example.com/checkout?id=1'],
  ])('%s becomes %s', (value, expected) => expect(location(value, client)).toBe(expected));

  it.each([
    ...[
      '/admin',
      '/basement',
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]/',
      'http://[::ffff:10.0.0.1]/',
    ],
    ...[
      'http://127.1/',
      'http://0x7f.1/',
      'http://2130706433/',
      'http://catalog/x',
      'http://catalog.svc.cluster.local/',
    ],
    ...[
      'http://db.internal/',
      'http://catalog.example.com/x',
      '//192.168.0.1/x',
      'http://10.0.0.7:4002/',
      'javascript:alert(1)',
    ],
    ...[
      'http://user:secret@example.com/',
      'http://',
      '/\\evil',
      '/base/\u0000',
      'http://localhost:4001/',
      'http://LOCALHOST./',
      'https://catalog.example.com./x',
      'http://catalog.example.com:443/x',
      'https://shop.example.com/admin',
      'https://user@shop.example.com/base/x',
      'http://[::10.0.0.1]/',
      'http://[::ffff:0:a00:1]/',
      'http://[64:ff9b::a00:1]/',
      'http://[2002:a00:1::1]/',
      'http://[2001:0:5f00:1::f5ff:fffe]/',
      'http://[ff02::1]/',
      'http:///a.example/',
    ],
  ])('%s is removed', (value) => expect(location(value, client)).toBeUndefined());
});

describe('compileLocation of addresses made from X-Forwarded-Host', () => {
  const at = (host: string, basePath = '', to = '/api') => {
    const location = compileLocation(known, compileRewrite({ from: '/', to }, basePath));
    return (value: string) => location(value, { host });
  };

  it.each([
    ['shop.example.com', 'http://shop.example.com/orders/77', '/api/orders/77'],
    ['shop.example.com', 'https://shop.example.com/orders/77?a=1#b', '/api/orders/77?a=1#b'],
    ['shop.example.com', 'https://shop.example.com:443/orders/77', '/api/orders/77'],
    ['shop.example.com', 'http://shop.example.com:443/orders/77', '/api/orders/77'],
    ['shop.example.com:80', 'https://shop.example.com/orders/77', '/api/orders/77'],
    ['SHOP.example.com', 'http://Shop.Example.Com/orders/77', '/api/orders/77'],
    ['shop.example.com.', 'http://shop.example.com/orders/77', '/api/orders/77'],
    ['shop.example.com', 'http://shop.example.com./orders/77', '/api/orders/77'],
    ['shop.example.com', '//shop.example.com/orders/77', '/api/orders/77'],
    ['localhost:3000', 'http://localhost:3000/orders/77', '/api/orders/77'],
    ['[::1]:3000', 'http://[0:0::1]:3000/orders/77', '/api/orders/77'],
    ['127.0.0.1:3000', 'https://127.0.0.1:3000/', '/api/'],
    ['shop.example.com', 'https://m.example.com/orders/77', 'https://m.example.com/orders/77'],
    ['shop.example.com', 'https://shop.example.com:8443/orders/77', 'https://shop.example.com:8443/orders/77'],
    ['localhost:3000', 'http://localhost:3001/orders/77', undefined],
    ['localhost:3000', 'http://me@localhost:3000/orders/77', undefined],
    ['', 'http://upstream.invalid/orders/77', undefined],
  ])('for a client of %s, %s becomes %s', (host, value, expected) => {
    expect(at(host)(value)).toBe(expected);
  });

  it.each([
    ['', '/api/orders/77', '/api/orders/77'],
    ['', 'https://shop.example.com/api/orders/77?a=1', '/api/orders/77?a=1'],
    ['', '/api', '/api'],
    ['', '/apis/1', '/api/apis/1'],
    ['/base', '/api/base/orders/77', '/api/orders/77'],
    ['/base', '/api/orders/77', '/api/orders/77'],
    ['/base', 'http://shop.example.com/base/orders/77', '/api/orders/77'],
    ['/base', 'http://shop.example.com/other', undefined],
  ])('heeds that an upstream at "%s" may write X-Forwarded-Prefix before %s: %s', (basePath, value, expected) => {
    expect(at('shop.example.com', basePath)(value)).toBe(expected);
  });

  it('never names another host than one that the upstream named and that is public', () => {
    const host = fc.constantFrom('shop.example.com', 'localhost:3000', '10.0.0.7', 'db.internal', '[::1]', '');
    const target = fc.oneof(host, fc.constantFrom('10.0.0.7:4001', 'catalog.example.com', 'SHOP.example.com.:443'));
    const path = fc.array(fc.constantFrom('/', 'a', '..', '?', '#', '@', ':', '//evil.example', 'base'));
    const rewriting = fc.tuple(fc.constantFrom('/', '/api'), fc.constantFrom('', '/base'));
    fc.assert(
      fc.property(host, target, path, rewriting, (own, there, parts, [to, basePath]) => {
        const value = `http://${there}/${parts.join('')}`;
        const written = at(own, basePath, to)(value);
        const isPublic = /^shop\.example\.com/i.test(there) && !own.startsWith('shop');
        if (written !== undefined && !(isPublic && written === value)) expect(written).toMatch(/^\/(?!\/)/);
      }),
    );
  });
});

describe('compileLocation with discovered instances', () => {
  const [first, second, named] = ['http://10.0.0.7:4001', 'http://10.0.0.8:4001', 'http://shop.example.com'] as const;
  let own = new Set<string>([first, second, named]);
  const origins: KnownOrigins = {
    own: () => own,
    hasPlace: (place) => [...own].some((one) => placeOf(new URL(one)) === place),
  };
  const location = compileLocation(origins, compileRewrite({ from: '/', to: '/api' }, ''));
  const client = { host: 'www.example.com' };

  it('case 33: any instance, by address or by name, is the upstream itself', () => {
    for (const origin of own) expect(location(`${origin}/x`, client)).toBe('/api/x');
    expect(location('//10.0.0.8:4001/x', client)).toBe('/api/x');
    expect(location('https://shop.example.com/x', client)).toBeUndefined();
  });

  it('case 33: what has left is a host like any other, what has joined is known at once', () => {
    own = new Set(['https://10.0.0.9']);
    expect(location('https://10.0.0.9/x', client)).toBe('/api/x');
    expect(location('//10.0.0.9/x', client)).toBe('/api/x');
    expect(location(`${first}/x`, client)).toBeUndefined();
    own = new Set();
    expect(location('https://10.0.0.9/x', client)).toBeUndefined();
    expect(location('https://pay.example.com/x', client)).toBe('https://pay.example.com/x');
  });
});

it.each(['/base//evil.example', '/base//', `${ORIGIN}/base//evil.example`])(
  'case 33: %s never becomes an address without a scheme, where the public prefix is empty',
  (value) => {
    const location = compileLocation(known, compileRewrite({ from: '/', to: '/' }, '/base'));
    expect(location(value, client)).toBeUndefined();
    expect(location('/base/x//y', client)).toBe('/x//y');
  },
);

describe('deriveRewrite', () => {
  const derive = (path: string, to: string) =>
    deriveRewrite(parseTemplate(path) as PathTemplate, parseTemplate(to) as PathTemplate);

  it.each([
    ['/api/catalog/*', '/*', { from: '/', to: '/api/catalog' }],
    ['/api/catalog/products/:id', '/products/:id', { from: '/', to: '/api/catalog' }],
    ['/api/order', '/orders', { from: '/orders', to: '/api/order' }],
    ['/v1/:id', '/items/:id', { from: '/items', to: '/v1' }],
    ['/api/:shop/items', '/items', undefined],
    ['/api/:id', '/items', undefined],
  ])('%s and %s give %j', (path, to, rule) => expect(derive(path, to)).toEqual(rule));
});

describe('rewriteSetCookie', () => {
  it.each(['__Host-web-bff=stolen; Secure; Path=/', ' __HOST-x=1', '__host-web-bff-login-1=a'])(
    'case 70: drops "%s": no upstream puts a session into a browser',
    (value) => {
      expect(rewriteSetCookie(value, compileRewrite(undefined, ''))).toBeUndefined();
    },
  );

  const rewrite = compileRewrite({ from: '/', to: '/api' }, '');

  it('gives Path its public prefix and drops Domain', () => {
    const value = 'a=1; path=/x; DOMAIN=internal; HttpOnly; Secure; SameSite=Lax';
    expect(rewriteSetCookie(value, rewrite)).toBe('a=1; Path=/api/x; HttpOnly; Secure; SameSite=Lax');
  });

  it.each([
    ['/base', '/', '/api'],
    ['/base', '/base', '/api'],
    ['/base', '/base/', '/api'],
    ['/base', '/base/x', '/api/x'],
    ['/a/b', '/a', '/api'],
    ['/a/b', '/a/c', undefined],
    ['', '/', '/api'],
    ['', '/api', '/api'],
    ['', '/api/x', '/api/x'],
    ['', '', undefined],
    ['', 'x', undefined],
  ])('at an upstream with base path "%s", Path=%s becomes %s', (basePath, path, expected) => {
    const cookiePath = compileCookiePath({ from: '/', to: '/api' }, basePath);
    expect(rewriteSetCookie(`a=1; Path=${path}`, cookiePath)).toBe(
      expected === undefined ? 'a=1' : `a=1; Path=${expected}`,
    );
  });

  it('gives a cookie for all of the upstream the prefix of the part that clients reach', () => {
    const cookiePath = compileCookiePath({ from: '/orders/', to: '/api/order/' }, '/base');
    expect(rewriteSetCookie('a=1; Path=/; Secure', cookiePath)).toBe('a=1; Path=/api/order; Secure');
    expect(rewriteSetCookie('a=1; Path=/base/orders/7', cookiePath)).toBe('a=1; Path=/api/order/7');
    expect(rewriteSetCookie('a=1; Path=/base/other', cookiePath)).toBe('a=1');
    const root = compileCookiePath({ from: '/', to: '/' }, '/base');
    expect(rewriteSetCookie('a=1; Path=/', root)).toBe('a=1; Path=/');
  });

  it('leaves out a path that clients cannot reach', () => {
    expect(rewriteSetCookie('a=1; Path=/x', compileRewrite(undefined, ''))).toBe('a=1');
  });
});

describe('a redirect of an upstream', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({
      '/moved': (request, response) => {
        response.writeHead(302, { location: `http://${request.headers.host ?? ''}/there` }).end();
      },
      '/metadata': reply({ status: 302, headers: { location: 'http://169.254.169.254/latest' } }),
    });
  });
  afterAll(() => pair?.close());

  it('case 33: is never followed and names no internal host', async () => {
    const moved = await httpRequest(`${pair.app.url}/api/moved`);
    expect(moved.status).toBe(302);
    expect(moved.headers.location).toBe('/api/there');
    const metadata = await httpRequest(`${pair.app.url}/api/metadata`);
    expect(metadata.status).toBe(302);
    expect(metadata.headers.location).toBeUndefined();
    expect(pair.upstream.requests).toHaveLength(2);
  });
});
