import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { httpRequest } from '@portico/testing';
import { DemoModule } from '../test/demo.module.ts';
import { type Demo, request, send, startDemo } from '../test/demo.ts';

/** Routes under names that no list has. */
@Controller()
class ApiController {
  @Get(['/data/items/:id', '/V2/things', '/:tenant/orders'])
  found(): { found: true } {
    return { found: true };
  }
}

const NAVIGATION = { accept: 'text/html,application/xhtml+xml' };
let folder: string;
let demo: Demo;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portico-static-'));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>shop</title>');
  writeFileSync(join(root, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(root, '.env'), 'SECRET=1');
  writeFileSync(join(folder, 'outside.txt'), 'outside');
  class TestModule {}
  const module = { module: TestModule, imports: [DemoModule], controllers: [ApiController] };
  demo = await startDemo({}, { module, static: { root, fallback: 'index.html' } });
});
afterAll(async () => {
  await demo.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => httpRequest(`${demo.url}${path}`, { headers });

it('serves the page under / with its own policy, never stored without asking', async () => {
  const { status, headers, text } = await get('/');
  expect(status).toBe(200);
  expect(text).toContain('shop');
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['content-security-policy']).not.toContain("default-src 'none'");
  expect(headers).toHaveProperty('etag');
});

it('lets hashed files be kept for good', async () => {
  const { status, headers } = await get('/assets/app-1a2b.js');
  expect(status).toBe(200);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
});

it('answers a navigation to a path of the page with the page, with and without a dot or a query', async () => {
  for (const path of ['/product/p-0001', '/basket?x=1', '/api-docs', '/healthy']) {
    expect((await get(path, NAVIGATION)).text).toContain('shop');
  }
});

it('gives a problem, not the page, to whatever is no navigation or begins as a route does', async () => {
  expect((await get('/product/p-0001', { accept: 'application/json' })).status).toBe(404);
  const paths = ['/demo/typo', '/demo', '/data/itemz/1', '/data', '/v2/typo', '/v2/things.json', '/health/typo'];
  for (const path of [...paths, '/assets/gone.js', '/gone.png']) {
    const { status, text } = await get(path, NAVIGATION);
    expect({ path, status }).toEqual({ path, status: 404 });
    expect(JSON.parse(text)).toMatchObject({ code: 'route-not-found' });
  }
  expect((await httpRequest(`${demo.url}/product/x`, { method: 'POST', headers: NAVIGATION })).status).toBe(404);
});

it('takes a path for a page where no route begins as it does, whatever its name', async () => {
  for (const path of ['/api/typo', '/v1/typo', '/bff', '/dat/x', '/database', '/v2x/typo', '/tenants/1']) {
    const { status, text } = await get(path, NAVIGATION);
    expect({ path, status, isPage: text.includes('shop') }).toEqual({ path, status: 200, isPage: true });
  }
});

it('knows what begins as a route does by other spellings too', async () => {
  const spellings = ['/DATA/typo', '//data/typo', '/data;a/typo', '/x/../data/typo', '/%2e/data/typo', '/%64ata/typo'];
  for (const path of [...spellings, '/data%3bx/typo', '/data%3Fx', '/data%5ctypo', '/data%20/typo']) {
    const head = request(`GET ${path} HTTP/1.1`, [`Accept: ${NAVIGATION.accept}`]);
    const { statuses, bodies } = await send(demo.port, head, { responses: 1 });
    expect({ path, statuses }).toEqual({ path, statuses: [404] });
    expect(JSON.parse(bodies[0]!)).toMatchObject({ code: 'route-not-found' });
  }
});

it('answers a request for a range, satisfiable or not, with the whole file', async () => {
  for (const range of ['bytes=0-1', 'bytes=99999-', 'bytes=0-1,3-4', 'lines=1-2']) {
    const { status, headers, text } = await get('/assets/app-1a2b.js', { range });
    expect({ status, text }).toEqual({ status: 200, text: 'export {};' });
    expect(headers['accept-ranges']).toBeUndefined();
  }
});

it('answers a condition that holds with 304 and the page policy, and HEAD with the head', async () => {
  const { headers } = await get('/');
  const again = await get('/', { 'if-none-match': String(headers.etag) });
  expect(again).toMatchObject({ status: 304, text: '' });
  expect(again.headers).toMatchObject({ etag: headers.etag, 'cache-control': 'no-cache' });
  const head = await httpRequest(`${demo.url}/`, { method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(head.headers['content-length']).toBe(headers['content-length']);
});

it.each([
  '/../outside.txt',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/..%5coutside.txt',
  '/assets/../../outside.txt',
  '/.env',
  '/%2eenv',
  '/assets/%00.js',
  '/%zz.js',
  '//outside.txt',
  '/...txt',
  '/assets/app-1a2b.js/..%2f..%2f..%2foutside.txt',
])('does not leave the folder nor show hidden files: %s', async (path) => {
  const { statuses, text } = await send(demo.port, request(`GET ${path} HTTP/1.1`), { responses: 1 });
  expect([400, 403, 404]).toContain(statuses[0]);
  expect(text).not.toMatch(/SECRET|outside\r?$/);
  expect(text).toContain('application/problem+json');
});

it('leaves the API as it is', async () => {
  const { status, headers } = await get('/demo/inspect');
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

it('starts without the folder and says what is missing', async () => {
  const without = await startDemo({}, { static: { root: join(folder, 'gone'), fallback: 'index.html' } });
  const { status, text } = await httpRequest(`${without.url}/`, { headers: NAVIGATION });
  expect(status).toBe(404);
  expect(text).toContain('The pages are not built yet.');
  expect((await httpRequest(`${without.url}/demo/inspect`)).status).toBe(200);
  await without.close();
});
