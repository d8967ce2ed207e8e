import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, httpRequest } from '@portico/testing';
import { request, send } from '../test/demo.ts';

const ROOT = join(__dirname, '../../..');
const running = new Set<ChildProcess>();

/** The demo as a process of its own. */
class Program {
  output = '';
  errors = '';
  readonly exit: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(environment: Record<string, string> = {}, ...words: string[]) {
    const loader = ['--conditions=@portico/source', '--import', './tools/dev/register.mjs'];
    this.child = spawn(process.execPath, [...loader, 'libs/server/test/demo-bff.ts', ...words], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PORT: '0', DRAIN_DELAY: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.child);
    this.child.stdout!.on('data', (chunk) => (this.output += String(chunk)));
    this.child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
    this.exit = once(this.child, 'close').then(([code]) => {
      running.delete(this.child);
      return code as number | null;
    });
  }

  async url(): Promise<string> {
    const found = await eventually(() => /http:\/\/127\.0\.0\.1:\d+/.exec(this.output), 15_000);
    return found![0];
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  get lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

jest.setTimeout(30_000);

describe('the start of a process', () => {
  it('case 103: settings and module that do not fit end it with 78 and every problem listed, without a stack', async () => {
    const program = new Program({ PORT: 'x', TRUSTED_PROXIES: '10.0.0.0/0', CORS_ORIGINS: '*' }, 'broken');
    expect(await program.exit).toBe(78);
    const problems = program.errors.split('\n').filter((line) => line.startsWith('  - '));
    expect(problems).toHaveLength(5);
    for (const name of ['PORT', 'TRUSTED_PROXIES', 'CORS_ORIGINS', 'routes: /a appears twice', 'CATALOG_URL']) {
      expect(program.errors).toContain(`  - ${name}`);
    }
    expect(program.output + program.errors).not.toMatch(/\n\s+at /);
  });

  it('case 103: a taken port ends it with 1 and a sentence that names the port and PORT', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const program = new Program({ PORT: String(port) });
    expect(await program.exit).toBe(1);
    other.close();
    expect(program.errors).toBe(
      `demo-bff cannot listen on 127.0.0.1:${port}: the port is taken. Stop the other process or set PORT to a free one.\n`,
    );
    expect(program.output).toBe('');
  });

  it('says in both forms of the log which address to open', async () => {
    const text = new Program({ LOG_FORMAT: 'text' });
    const json = new Program({ LOG_FORMAT: 'json' });
    const url = await text.url();
    await json.url();
    expect(text.output).toMatch(/^\d\d:\d\d:\d\d demo-bff is listening: open http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(json.output).toMatch(/"msg":"demo-bff is listening: open http:/);
    await httpRequest(`${url}/demo/slow/1?secret=1`);
    await eventually(() => /\d GET \/demo\/slow\/1 200 [\d.]+ ms\n/.test(text.output));
    text.signal('SIGINT');
    json.signal('SIGTERM');
    expect(await Promise.all([text.exit, json.exit])).toEqual([0, 0]);
  });
});

describe('the end of a process', () => {
  it('case 94: SIGTERM lets the request in flight finish, then it exits with 0', async () => {
    const program = new Program();
    const port = Number(new URL(await program.url()).port);
    const answer = send(port, request('GET /demo/slow/500 HTTP/1.1'), { timeout: 3000 });
    await pause(100);
    program.signal('SIGTERM');
    expect(await answer).toMatchObject({ statuses: [200], closed: true });
    expect(await program.exit).toBe(0);
    expect(program.lines.map((line) => line.path ?? line.msg)).toEqual([
      expect.stringContaining('is listening'),
      'SIGTERM: finishing the requests in flight',
      '/demo/slow/500',
    ]);
  });

  it('case 94: a second signal ends it at once', async () => {
    const program = new Program();
    const port = Number(new URL(await program.url()).port);
    const answer = send(port, request('GET /demo/slow/9000 HTTP/1.1'), { timeout: 9000 });
    await pause(100);
    program.signal('SIGTERM');
    await pause(100);
    program.signal('SIGTERM');
    expect(await program.exit).toBe(1);
    expect(await answer).toMatchObject({ statuses: [], closed: true });
  });

  it('case 103: a rejection nobody handles is logged as fatal and ends it with 1', async () => {
    const program = new Program();
    await httpRequest(`${await program.url()}/demo/unhandled`).catch(() => undefined);
    expect(await program.exit).toBe(1);
    expect(program.lines.find((line) => line.level === 60)).toMatchObject({ err: { message: 'nobody listens' } });
  });
});

describe('the log', () => {
  it('cases 101 and 103: one line for each request, and no secret in any of them at any level', async () => {
    const program = new Program({ LOG_LEVEL: 'trace' });
    const url = await program.url();
    const headers = { authorization: 'Bearer s3cret', cookie: 'sid=s3cret', 'x-request-id': 'evil", "admin": "yes' };
    await httpRequest(`${url}/demo/slow/1?token=s3cret`, { headers });
    await httpRequest(`${url}/demo/log`, { headers });
    await httpRequest(`${url}/demo/throw/bff?s3cret`, { headers });
    await httpRequest(`${url}/%1b%5b31mred%0d%0a?s3cret`, { headers });
    program.signal('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(program.output).not.toContain('s3cret');
    const requests = program.lines.filter((line) => line.method !== undefined);
    expect(requests.map(({ path, status, level }) => ({ path, status, level }))).toEqual([
      { path: '/demo/slow/1', status: 200, level: 30 },
      { path: '/demo/log', status: 200, level: 30 },
      { path: '/demo/throw/bff', status: 504, level: 50 },
      { path: '/%1b%5b31mred%0d%0a', status: 404, level: 40 },
    ]);
    expect(requests[2]).toMatchObject({
      failure: 'upstream-timeout',
      upstream: 'inventory',
      part: 'stock',
      client: '127.0.0.1',
    });
    for (const line of requests) {
      expect(line).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f]{16}$/), traceId: expect.any(String) });
      expect(line.duration).toBeGreaterThanOrEqual(0);
      expect(line.bytes).toBeGreaterThan(100);
    }
    expect(program.lines.find((line) => line.msg === 'a sentence')).toMatchObject({ level: 40, context: 'Demo' });
  });
});
