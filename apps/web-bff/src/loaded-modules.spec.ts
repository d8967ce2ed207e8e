import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, httpRequest } from '@portico/testing';

const ROOT = join(__dirname, '../../..');

/** Writes into the file that `MODULES` names which files a process has read as modules. */
const WATCH = dataUrl(`
  import * as module from 'node:module';
  import { appendFileSync } from 'node:fs';
  const say = (files) => appendFileSync(process.env.MODULES, files.map((file) => file + '\\n').join(''));
  if (module.registerHooks) module.registerHooks({ load: (url, context, next) => (say([url]), next(url, context)) });
  else module.register(${JSON.stringify(
    dataUrl(`
      import { appendFileSync } from 'node:fs';
      export function load(url, context, next) {
        appendFileSync(process.env.MODULES, url + '\\n');
        return next(url, context);
      }
    `),
  )});
  process.on('exit', () => say(Object.keys(module.default._cache)));
`);

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

jest.setTimeout(90_000);

describe('what a BFF reads until its first response', () => {
  let child: ChildProcess;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portico-modules-'));
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  async function packagesOf(environment: Record<string, string>): Promise<ReadonlySet<string>> {
    let output = '';
    const loader = ['--conditions=@portico/source', '--import', WATCH, '--import', './tools/dev/register.mjs'];
    child = spawn(process.execPath, [...loader, 'apps/web-bff/src/main.ts'], {
      cwd: ROOT,
      env: {
        MODULES: join(folder, 'modules'),
        PATH: process.env.PATH,
        PORT: '0',
        LOG_FORMAT: 'json',
        PUBLIC_URL: 'http://127.0.0.1:3000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += String(chunk)));
    const [, url] = (await eventually(() => /open (http:\/\/127\.0\.0\.1:\d+)/.exec(output), 60_000))!;
    expect((await httpRequest(`${url}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    await once(child, 'close');
    const files = await readFile(join(folder, 'modules'), 'utf8');
    const names = files.matchAll(/^.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//gm);
    return new Set([...names].map(([, name]) => name!));
  }

  it('is nothing of the clients of Redis and of registries, and no compiler of schemas', async () => {
    const packages = await packagesOf({});
    expect([...packages]).toEqual(expect.arrayContaining(['fastify', '@nestjs/core', 'undici', 'zod']));
    const unused = ['@redis/client', 'axios', '@nestjs/axios', 'ajv', '@fastify/fast-json-stringify-compiler'];
    expect(unused.filter((name) => packages.has(name))).toEqual([]);
  });

  it('is the client of Redis with REDIS_URL, and that of registries with one', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await once(closed.close(), 'close');
    const packages = await packagesOf({
      REDIS_URL: `redis://127.0.0.1:${port}`,
      SESSION_KEYS: randomBytes(32).toString('base64url'),
      CATALOG_URL: 'consul://catalog',
      CONSUL_URL: `http://127.0.0.1:${port}`,
    });
    expect([...packages]).toEqual(expect.arrayContaining(['@redis/client', 'axios', '@nestjs/axios']));
  });
});
