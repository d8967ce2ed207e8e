import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, type FakeUpstream, httpRequest, reply, startFakeUpstream } from '@portico/testing';

const ROOT = join(__dirname, '../../..');

jest.setTimeout(60_000);

describe('the log of a BFF whose neighbours fail', () => {
  let child: ChildProcess;
  let plain: Server;
  let basket: FakeUpstream;
  let output = '';
  let url: string;

  beforeAll(async () => {
    plain = createServer().listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const closed = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await once(gone.close(), 'close');
    basket = await startFakeUpstream({ '/baskets/b-1': reply({ json: { lines: [{ productId: 'p-1' }] } }) });
    const loader = ['--conditions=@portico/source', '--import', './tools/dev/register.mjs'];
    child = spawn(process.execPath, [...loader, 'apps/web-bff/src/main.ts'], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        DRAIN_DELAY: '0',
        LOG_FORMAT: 'json',
        CATALOG_URL: closed,
        BASKET_URL: basket.url,
        REVIEWS_URL: 'http://nobody.invalid:80',
        ORDERING_URL: `https://127.0.0.1:${port}`,
        OIDC_ISSUER: closed,
        INVENTRY_URL: closed,
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        PUBLIC_URL: 'http://127.0.0.1:3000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += String(chunk)));
    url = (await eventually(() => /open (http:\/\/127\.0\.0\.1:\d+)/.exec(output), 30_000))![1]!;
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    plain.close();
    await once(plain, 'close');
    await basket.close();
  });

  async function lineOf(path: string): Promise<Record<string, unknown>> {
    await httpRequest(url + path);
    const text = await eventually(() => output.split('\n').find((line) => line.includes(`"path":"${path}"`)), 5_000);
    return JSON.parse(text!) as Record<string, unknown>;
  }

  it.each([
    ['/api/catalog/categories', 'upstream-connect', 'catalog', /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/],
    ['/api/reviews/summaries/1', 'upstream-connect', 'reviews', /getaddrinfo E[A-Z_]+ nobody\.invalid/],
    ['/api/ordering/orders/1', 'upstream-connect', 'ordering', /wrong version number|SSL/],
  ])('says of %s which upstream failed, at what, and why', async (path, failure, upstream, cause) => {
    expect(await lineOf(path)).toMatchObject({ failure, upstream, cause: expect.stringMatching(cause) });
  });

  it('says of a part that is left out what failed, though the page is answered with 200', async () => {
    const page = await httpRequest(`${url}/api/pages/basket/b-1`);
    expect(page.status).toBe(200);
    expect(page.headers['x-portico-parts']).toContain('basket;ok, products;unavailable');
    const lines = await eventually(() => {
      const found = output.split('\n').filter((line) => line.includes('"part":"products"'));
      return found.length > 0 && found.map((line) => JSON.parse(line) as object);
    }, 5_000);
    expect(lines).toMatchObject([
      {
        level: 40,
        upstream: 'catalog',
        failure: 'upstream-connect',
        msg: expect.stringMatching(/part products by catalog failed: upstream-connect: connect ECONNREFUSED/),
        requestId: page.headers['x-request-id'],
      },
    ]);
  });

  it('names the variable that is misspelt, and no other', () => {
    const warnings = output.split('\n').filter((line) => line.includes('is no setting'));
    expect(warnings.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 40, msg: 'the environment sets INVENTRY_URL, which is no setting: is INVENTORY_URL meant?' },
    ]);
  });

  it('says why there is no login', async () => {
    expect(await lineOf('/bff/login')).toMatchObject({
      failure: 'identity-provider-unavailable',
      cause: expect.stringContaining('ECONNREFUSED'),
      route: '/bff/login',
    });
  });

  it('names no route where nothing is served', async () => {
    expect(await lineOf('/api/nothing')).not.toHaveProperty('route');
  });

  it.each([
    ['/health/live', '/health/live'],
    ['/bff/user', '/bff/user'],
    ['/api/catalog/products/7', '/api/catalog/products/:id'],
  ])('names the route of %s by its template', async (path, route) => {
    expect(await lineOf(path)).toMatchObject({ route });
  });
});
