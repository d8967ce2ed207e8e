import { ConfigError } from '@portico/core';
import { httpRequest, startBff } from '@portico/testing';
import { BrokenModule, DemoModule } from '../test/demo.module.ts';
import { type BffOptions, createBff, type RunningBff, StartError } from './index.ts';

const start = (environment: Record<string, string>, options: Partial<BffOptions> = {}) =>
  startBff(() => createBff({ name: 'admin-bff', port: 0, module: DemoModule, ...options }), {
    LOG_LEVEL: 'silent',
    ...environment,
  });

async function problemsOf(started: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await started.catch((thrown: unknown) => thrown);
  return ConfigError.problemsOf(error);
}

it('rejects with the problems of the settings and of the module together', async () => {
  const problems = await problemsOf(start({ PORT: 'x' }, { module: BrokenModule }));
  expect(problems).toEqual([
    'PORT: must be a whole number from 0 to 65535',
    'routes: /a appears twice',
    'CATALOG_URL: must be a URL',
  ]);
  expect(await problemsOf(start({}, { module: BrokenModule }))).toHaveLength(2);
});

it.each(['0.0.0.0', '::', '192.0.2.1', '128.0.0.1'])(
  'loopbackOnly refuses the address %s and says why',
  async (HOST) => {
    const problems = await problemsOf(start({ HOST }, { loopbackOnly: true }));
    expect(problems).toEqual([expect.stringMatching(/^HOST: admin-bff .* no login yet/)]);
  },
);

it.each(['127.0.0.1', 'localhost', '127.0.0.9'])('loopbackOnly accepts %s', async (HOST) => {
  const bff = await start({ HOST }, { loopbackOnly: true });
  expect(bff.url).toMatch(/^http:\/\/127\.0\.0\.\d:\d+$/);
  await bff.close();
});

describe('a BFF that loopbackOnly keeps to its machine', () => {
  let bff: RunningBff;
  beforeAll(async () => {
    bff = await start({}, { loopbackOnly: true });
  });
  afterAll(() => bff.close());

  it.each<Record<string, string>>([
    { host: 'rebound.example' },
    { host: '127.0.0.1.nip.example:80' },
    { host: 'localhost.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
    { origin: 'http://evil.example/http://localhost' },
  ])('refuses what a foreign page in a browser there sends: %j', async (headers) => {
    for (const [method, path] of [
      ['GET', '/demo/inspect'],
      ['POST', '/demo/inspect'],
      ['GET', '/no/such/path'],
    ] as const) {
      const { status, text } = await httpRequest(`${bff.url}${path}`, { method, headers });
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'origin-not-allowed' });
    }
  });

  it.each<Record<string, string>>([
    {},
    { host: 'LOCALHOST:3002' },
    { host: '[::1]:3002' },
    { origin: 'http://localhost:5173' },
    { origin: 'http://127.0.0.1:3002' },
  ])('serves its own machine: %j', async (headers) => {
    expect((await httpRequest(`${bff.url}/demo/inspect`, { headers })).status).toBe(200);
  });
});

it('rejects with a sentence when the port is taken, and can be closed twice', async () => {
  const bff = await start({});
  const { port } = new URL(bff.url);
  await expect(start({ PORT: port })).rejects.toThrow(StartError);
  await expect(start({ PORT: port })).rejects.toThrow(`127.0.0.1:${port}: the port is taken`);
  await Promise.all([bff.close(), bff.close()]);
});
