import { ConfigError } from '@portico/core';
import { defineUpstream } from '@portico/upstream';
import { checkRoutes } from './check-routes.ts';
import type { Route } from './route.ts';

const shop = defineUpstream('shop', { url: 'http://127.0.0.1:4001' });
const good = {
  methods: ['GET'],
  path: '/api/a/:id',
  upstream: shop,
  to: '/a/:id',
  auth: 'public',
  timeout: 1000,
} as const;

/** The problems of rows that plain JavaScript could hold. */
function problemsOf(...rows: unknown[]): readonly string[] {
  try {
    checkRoutes(rows as Route[], new Set(['shop']));
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

describe('checkRoutes', () => {
  it('accepts good rows', () => {
    const rows = [
      good,
      { ...good, methods: ['POST'], path: '/api/a/:name', to: '/a/:name' },
      { ...good, path: '/', to: '/' },
      { ...good, path: '/api/*', to: '/*', maxBodyBytes: 0, rewrite: { from: '/', to: '/api' }, idempotent: true },
      { ...good, path: '/api/b', to: '/b', headers: { request: { allow: ['X-Shop'], set: { 'x-channel': 'web' } } } },
      { ...good, path: '/api/c', to: '/c', headers: { response: { allow: ['Set-Cookie', 'link'], remove: ['vary'] } } },
      { ...good, path: '/api/d', to: '/d', query: { allow: ['q'], set: { channel: 'web' }, remove: ['debug'] } },
    ];
    expect(problemsOf(...rows)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      'an upstream that is not listed',
      { upstream: defineUpstream('other', { url: 'http://127.0.0.1:1' }) },
      'upstream "other" is not in the list',
    ],
    ['no upstream', { upstream: undefined }, 'upstream is missing'],
    ['no methods', { methods: [] }, 'methods must list'],
    ['methods that are no list', { methods: 'GET' }, 'methods must list'],
    ['an unknown method', { methods: ['GET', 'get'] }, '"get" is not one of'],
    ['HEAD', { methods: ['GET', 'HEAD'] }, 'HEAD goes with GET'],
    ['a method twice', { methods: ['GET', 'GET'] }, 'GET is listed twice'],
    ['no path', { path: undefined }, 'path must start with "/"'],
    ['a relative path', { path: 'api' }, 'path must start with "/"'],
    ['a slash at the end', { path: '/api/' }, 'must not end with "/"'],
    ['two slashes', { path: '/api//a' }, 'must not hold "//"'],
    ['dot segments', { path: '/api/../a' }, 'must not hold dot segments'],
    ['a star inside', { path: '/api/*/a' }, '"*" at its end only'],
    ['a star in a segment', { path: '/api/a*' }, 'may hold letters'],
    ['a pattern', { path: '/api/:id(^\\d+$)' }, 'is not a parameter like'],
    ['an optional parameter', { path: '/api/:id?' }, 'is not a parameter like'],
    ['a parameter twice', { path: '/api/:id/:id' }, 'uses ":id" twice'],
    ['percent escapes', { path: '/api/%61' }, 'may hold letters'],
    ['an unknown parameter', { to: '/a/:sku' }, 'to uses ":sku", which path does not have'],
    ['an unknown rest', { to: '/a/*' }, 'to ends with "*", but path does not'],
    ['no target', { to: undefined }, 'to must start with "/"'],
    ['no auth', { auth: undefined }, 'auth must be said'],
    ['an unknown auth', { auth: 'anyone' }, 'auth must be said'],
    ['an auth that asks for nothing', { auth: {} }, 'auth: names no requirement'],
    ['an unknown requirement', { auth: { role: ['staff'] } }, 'auth: "role" is not a requirement'],
    ['an empty list of roles', { auth: { roles: [] } }, 'auth: roles must be a list of texts'],
    ['scopes without all or any', { auth: { scopes: ['a'] } }, 'auth: scopes must be'],
    ['scopes of both kinds', { auth: { scopes: { all: ['a'], any: ['b'] } } }, 'auth: scopes must be'],
    ['a claim without values', { auth: { claims: { plan: [] } } }, 'auth: claims.plan must be a list'],
    ['a login of no age', { auth: { maxAge: 0 } }, 'auth: maxAge must be whole seconds'],
    ['a policy without a function', { auth: { policy: { name: 'own' } } }, 'auth: policy must have a name'],
    ['no timeout', { timeout: undefined }, 'timeout must be'],
    ['a timeout of 0', { timeout: 0 }, 'timeout must be'],
    ['a fraction', { timeout: 1.5 }, 'timeout must be'],
    ['a text as timeout', { timeout: '1000' }, 'timeout must be'],
    ['an unknown key', { timeOut: 1000 }, '"timeOut" is not a setting'],
    ['a negative body limit', { maxBodyBytes: -1 }, 'maxBodyBytes must be'],
    ['a method that is said not to be idempotent', { idempotent: false }, 'idempotent must be true'],
    ['unknown header rules', { headers: { req: {} } }, '"req" is not one of request, response'],
    ['unknown rules inside', { headers: { request: { deny: [] } } }, '"deny" is not one of allow, set, remove'],
    ['names that are no list', { headers: { request: { allow: 'x-a' } } }, 'must be a list'],
    ['a bad header name', { headers: { request: { allow: ['x a'] } } }, 'is not a header name'],
    ['a bad header value', { headers: { request: { set: { 'x-a': 'a\r\nb' } } } }, 'cannot be sent'],
    ['query rules that are a list', { query: [] }, 'query must be an object'],
    ['a number in the query', { query: { set: { a: 1 } } }, 'must have a text'],
    ['a rewrite with a parameter', { rewrite: { from: '/:id', to: '/a' } }, 'must be a plain prefix'],
    ['a rewrite without an end', { rewrite: { from: '/a' } }, 'rewrite.to must start with "/"'],
    ['a view that is none', { view: {}, upstream: undefined }, 'view must be made by view()'],
  ])('refuses %s', (_what, change, problem) => {
    const row = { ...good, ...(change as object) };
    if ('upstream' in row && row.upstream === undefined) delete (row as { upstream?: unknown }).upstream;
    expect(problemsOf(row).join('\n')).toContain(problem);
  });

  it.each([
    ['timeout', 1, 3_600_000],
    ['maxBodyBytes', 0, 16 * 1024 ** 3],
  ])('takes whole numbers for %s from %i to %i', (name, least, most) => {
    for (const value of [least, most]) expect(problemsOf({ ...good, [name]: value })).toEqual([]);
    for (const value of [least - 1, most + 1, least + 0.5, NaN, String(most)]) {
      expect(problemsOf({ ...good, [name]: value })).toHaveLength(1);
    }
  });

  /** RFC 9110 9 and RFC 5789, without those that no row serves; `HEAD` goes with `GET`. */
  it('takes these methods and no others', () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
    expect(problemsOf({ ...good, methods })).toEqual([]);
    for (const method of ['HEAD', 'TRACE', 'CONNECT', 'QUERY', 'PROPFIND', 'GETS', '']) {
      expect(problemsOf({ ...good, methods: [method] })).toHaveLength(1);
    }
  });

  it('refuses a view that is forwarded as well', () => {
    expect(problemsOf({ ...good, view: { parts: [] } }).join()).toContain('"upstream" is not a setting');
  });

  it.each([
    ...[
      'cookie',
      'Authorization',
      'host',
      'connection',
      'keep-alive',
      'max-forwards',
      'content-length',
      'transfer-encoding',
      'forwarded',
    ],
    ...[
      'X-Forwarded-For',
      'x-forwarded-host',
      'x-forwarded-port',
      'x-forwarded-prefix',
      'x-real-ip',
      'via',
      'te',
      'trailer',
    ],
    ...[
      'upgrade',
      'expect',
      'proxy-authorization',
      'proxy-connection',
      'x-user-id',
      'X-Roles',
      'x-tenant-id',
      'x_user_id',
    ],
    ...[
      'X-Original-URL',
      'x-rewrite-url',
      'x-http-method-override',
      'true-client-ip',
      'cf-connecting-ip',
      'set-cookie',
      'http2-settings',
    ],
  ])('case 38: %s cannot be allowed or set in a request', (name) => {
    expect(problemsOf({ ...good, headers: { request: { allow: [name] } } })).toHaveLength(1);
    expect(problemsOf({ ...good, headers: { request: { set: { [name]: 'a' } } } })).toHaveLength(1);
  });

  it('refuses rows that fit the same paths', () => {
    expect(problemsOf(good, { ...good, path: '/api/a/:name', to: '/a/:name' })).toEqual([
      'GET /api/a/:name conflicts with GET /api/a/:id: both fit the same paths',
    ]);
    expect(problemsOf(good, { ...good, methods: ['POST'], path: '/api/A/:id' })).toEqual([
      '/api/A/:id differs from /api/a/:id in case only',
    ]);
  });

  it('lists all problems of all rows at once', () => {
    const problems = problemsOf({ ...good, timeout: 0, auth: 'x' }, null, { ...good, to: '/:x' });
    expect(problems).toEqual([
      'route 1 (GET /api/a/:id): auth must be said: "public", "user", or what a user must have, such as { roles: ["staff"] }',
      'route 1 (GET /api/a/:id): timeout must be whole milliseconds from 1 to 3600000',
      'route 2 (? undefined): must be an object',
      'route 3 (GET /api/a/:id): to uses ":x", which path does not have',
    ]);
  });
});
