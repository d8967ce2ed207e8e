import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, httpRequest } from '@portico/testing';

const ROOT = join(__dirname, '../../..');
/** A path that makes long lines in every form of the log. */
const LONG = 'x'.repeat(300);
const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** A pipe whose reading end is the test's: it is read when the test says so, or never. */
class Pipe {
  readonly writeEnd: number;
  text = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'portico-log-'));
  private readEnd: number | undefined;

  constructor() {
    const path = join(this.folder, 'pipe');
    execFileSync('mkfifo', [path]);
    this.readEnd = openSync(path, O_RDONLY | O_NONBLOCK);
    this.writeEnd = openSync(path, O_WRONLY);
  }

  /** Reads what is there. */
  read(): string {
    const buffer = Buffer.alloc(65_536);
    try {
      for (let length; (length = readSync(this.readEnd!, buffer)) > 0;) this.text += buffer.toString('utf8', 0, length);
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
    }
    return this.text;
  }

  get lines(): Record<string, unknown>[] {
    return this.read()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Leaves, as a reader that died. */
  leave(): void {
    if (this.readEnd !== undefined) closeSync(this.readEnd);
    this.readEnd = undefined;
  }

  close(): void {
    this.leave();
    rmSync(this.folder, { recursive: true });
  }
}

jest.setTimeout(60_000);

describe('a BFF whose log is not read', () => {
  let pipe: Pipe;
  let child: ChildProcess | undefined;
  beforeEach(() => (pipe = new Pipe()));
  afterEach(() => {
    child?.kill('SIGKILL');
    pipe.close();
  });

  function start(
    stdio: readonly ['ignore', number | 'ignore', number | 'ignore'],
    environment: object = {},
  ): Promise<number> {
    const loader = ['--conditions=@portico/source', '--import', './tools/dev/register.mjs'];
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      DRAIN_DELAY: '0',
      LOG_FORMAT: 'json',
      LOG_BUFFER_BYTES: '65536',
      ...environment,
    };
    child = spawn(process.execPath, [...loader, 'libs/server/test/demo-bff.ts'], { cwd: ROOT, env, stdio: [...stdio] });
    return once(child, 'exit').then(([code]) => code as number);
  }

  async function url(): Promise<string> {
    const found = await eventually(() => /http:\/\/127\.0\.0\.1:\d+/.exec(pipe.read()), 20_000);
    return found![0];
  }

  /** More lines than the pipe and the buffer hold: all are answered. */
  async function askOften(address: string): Promise<void> {
    for (let round = 0; round < 30; round++) {
      const answers = Array.from({ length: 50 }, () => httpRequest(`${address}/${LONG}`));
      for (const answer of await Promise.all(answers)) expect(answer.status).toBe(404);
    }
  }

  it.each(['json', 'text'])(
    'serves on, and says how many lines it dropped once it is read again (%s)',
    async (form) => {
      const exit = start(['ignore', pipe.writeEnd, 'ignore'], { LOG_FORMAT: form });
      await askOften(await url());
      await eventually(() => /\d+ lines of the log were dropped: its reader is too slow/.test(pipe.read()), 5_000);
      child!.kill('SIGTERM');
      expect(await exit).toBe(0);
      const requests = pipe.read().split(LONG).length - 1;
      const dropped = [...pipe.text.matchAll(/(\d+) lines of the log were dropped/g)];
      expect(requests + dropped.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(1_500);
      if (form === 'json')
        expect(pipe.lines.find((line) => 'dropped' in line)).toMatchObject({ level: 40, service: 'demo-bff' });
    },
  );

  it('ends in time on SIGTERM though nobody reads', async () => {
    const exit = start(['ignore', pipe.writeEnd, 'ignore']);
    await askOften(await url());
    child!.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('writes what it kept when it ends and is read at last', async () => {
    const exit = start(['ignore', pipe.writeEnd, 'ignore']);
    await askOften(await url());
    child!.kill('SIGTERM');
    const reading = setInterval(() => pipe.read(), 20);
    expect(await exit).toBe(0);
    clearInterval(reading);
    expect(pipe.lines.map(({ msg }) => msg)).toContain('SIGTERM: finishing the requests in flight');
  });

  it('outlives the death of its reader', async () => {
    const exit = start(['ignore', pipe.writeEnd, 'ignore']);
    const address = await url();
    closeSync(pipe.writeEnd);
    pipe.leave();
    await askOften(address);
    child!.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('starts and serves when the disk is full', async () => {
    const full = openSync('/dev/full', O_WRONLY);
    const port = await freePort();
    const exit = start(['ignore', full, 'ignore'], { PORT: String(port) });
    closeSync(full);
    const address = `http://127.0.0.1:${port}`;
    await eventually(() => httpRequest(`${address}/health/live`).catch(() => undefined), 20_000);
    await askOften(address);
    child!.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('that cannot start says why to a reader that comes late, and ends though none comes', async () => {
    const exit = start(['ignore', 'ignore', pipe.writeEnd], { PORT: 'x', CORS_ORIGINS: 'bad,'.repeat(2_000) });
    expect(await exit).toBe(78);
    expect(pipe.read()).toContain('demo-bff cannot start');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
