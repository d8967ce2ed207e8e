import { httpRequest, reply } from '@portico/testing';
import { type Pair, startPair } from '../test/start-pair.ts';
import { compileLocation, type KnownOrigins } from './location.ts';
import { parseTemplate, type PathTemplate } from './path-template.ts';
import { compileRewrite, deriveRewrite } from './rewrite.ts';
import { rewriteSetCookie } from './set-cookie.ts';

const ORIGIN = 'http://10.0.0.7:4001';
const known: KnownOrigins = {
  own: () => new Set([ORIGIN]),
  hasHost: (host) => host === '10.0.0.7:4001' || host === 'catalog.example.com',
};

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
  ])('case 33: %s becomes %s', (value, expected) => expect(location(value)).toBe(expected));

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
    ],
  ])('case 33: %s is removed', (value) => expect(location(value)).toBeUndefined());
});

describe('compileLocation with discovered instances', () => {
  const [first, second, named] = ['http://10.0.0.7:4001', 'http://10.0.0.8:4001', 'http://shop.example.com'] as const;
  let own = new Set<string>([first, second, named]);
  const origins: KnownOrigins = {
    own: () => own,
    hasHost: (host) => [...own].some((one) => new URL(one).host === host),
  };
  const location = compileLocation(origins, compileRewrite({ from: '/', to: '/api' }, ''));

  it('case 33: any instance, by address or by name, is the upstream itself', () => {
    for (const origin of own) expect(location(`${origin}/x`)).toBe('/api/x');
    expect(location('//10.0.0.8:4001/x')).toBe('/api/x');
    expect(location('https://shop.example.com/x')).toBeUndefined();
  });

  it('case 33: what has left is a host like any other, what has joined is known at once', () => {
    own = new Set(['https://10.0.0.9']);
    expect(location('https://10.0.0.9/x')).toBe('/api/x');
    expect(location('//10.0.0.9/x')).toBe('/api/x');
    expect(location(`${first}/x`)).toBeUndefined();
    own = new Set();
    expect(location('https://10.0.0.9/x')).toBeUndefined();
    expect(location('https://pay.example.com/x')).toBe('https://pay.example.com/x');
  });
});

it.each(['/base//evil.example', '/base//', `${ORIGIN}/base//evil.example`])(
  'case 33: %s never becomes an address without a scheme, where the public prefix is empty',
  (value) => {
    const location = compileLocation(known, compileRewrite({ from: '/', to: '/' }, '/base'));
    expect(location(value)).toBeUndefined();
    expect(location('/base/x//y')).toBe('/x//y');
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
