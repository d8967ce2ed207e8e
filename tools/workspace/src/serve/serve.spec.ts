import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { socketFolder } from './host-messages.ts';

const WORKSPACE = resolve(__dirname, '../../../..');
const LOADER = join(WORKSPACE, 'tools/dev/register.mjs');
const MAIN = join(WORKSPACE, 'tools/workspace/src/serve/main.ts');
const SERVE = ['--conditions=@portico/source', '--import', LOADER, MAIN];
/** How long anything may take on a machine that has other things to do, in milliseconds. */
const PATIENCE = 60_000;

jest.setTimeout(4 * PATIENCE);

/** The service says which of its versions answers, after a file beside it has let it. */
const SERVICE = `
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { version } from './version.ts';
createServer((_, response) => {
  response.statusCode = existsSync('hold') ? 503 : 200;
  response.end(version + ' ' + process.pid);
}).listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('service ' + version + ' listens'));
process.on('SIGTERM', () => process.exit(0));
`;
const BFF = `
import { greeting } from '@fixture/words';
console.log('bff says ' + greeting + ', pid ' + process.pid);
setInterval(() => undefined, 1_000);
`;

/** `serve` of one project, in a process of its own. */
class Serving {
  said = '';
  readonly child: ChildProcess;

  constructor(root: string, argument: readonly string[]) {
    this.child = spawn(process.execPath, argument, { cwd: root, detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream!.on('data', (chunk) => (this.said += String(chunk)));
    }
  }

  /** Resolves when it has said something, with what the pattern's group holds, of the last time that it was said. */
  async says(pattern: RegExp, times = 1): Promise<string> {
    const found = () => [...this.said.matchAll(new RegExp(pattern, 'gm'))];
    await within(
      () => found().length >= times,
      () => `no ${times} times ${pattern}:\n${this.said}`,
    );
    return found().at(-1)?.[1] ?? '';
  }

  /** As Ctrl-C in its terminal: all processes of its group get the signal. */
  async interrupt(): Promise<void> {
    const ended = once(this.child, 'exit');
    process.kill(-this.child.pid!, 'SIGINT');
    await ended;
  }
}

async function within(isSo: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(otherwise());
    await new Promise((done) => setTimeout(done, 50));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pid: number) =>
  within(
    () => !isAlive(pid),
    () => `process ${pid} is left behind`,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe('nx serve', () => {
  let root: string;
  let port: number;
  const serving: Serving[] = [];

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  /** Saves as editors, `sed -i` and git do: a new file takes the place of the old one. */
  const replace = (path: string, text: string) => {
    write(`${path}.new`, text);
    renameSync(join(root, `${path}.new`), join(root, path));
  };
  const manifest = (name: string, rest: object) =>
    JSON.stringify({ name: `@fixture/${name}`, type: 'module', nx: { name }, ...rest });
  const start = (...words: string[]) => {
    const one = new Serving(root, [...SERVE, ...words]);
    serving.push(one);
    return one;
  };
  /** Below a process that calls itself Nx and has a shell between itself and `serve`, as Nx has. */
  const startBelowNx = (...words: string[]) => {
    const command = [process.execPath, ...SERVE, ...words].join(' ');
    const script = `require('node:child_process').spawn(${JSON.stringify(command)} + ';:', { shell: true, stdio: 'inherit' })`;
    write('nx.cjs', script);
    const one = new Serving(root, ['nx.cjs']);
    serving.push(one);
    return one;
  };
  const answer = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    return response === undefined ? undefined : (await response.text()).split(' ');
  };
  const servicePid = async (): Promise<number> => {
    await within(
      async () => (await answer()) !== undefined,
      () => 'the service does not answer',
    );
    return Number((await answer())![1]);
  };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'portico-serve-'));
    port = await freePort();
    write('package.json', JSON.stringify({ workspaces: ['apps/*', 'libs/*', 'tools/*'] }));
    symlinkSync(join(WORKSPACE, 'node_modules/@types'), join(root, 'types'));
    const compilerOptions = {
      noEmit: true,
      strict: true,
      module: 'NodeNext',
      target: 'ES2022',
      allowImportingTsExtensions: true,
      typeRoots: ['./types'],
      types: ['node'],
      skipLibCheck: true,
    };
    write('tsconfig.spec.json', JSON.stringify({ compilerOptions }));
    const serve = { options: { env: { PORT: String(port) } } };
    write('apps/service/package.json', manifest('service', { nx: { name: 'service', targets: { serve } } }));
    write('apps/service/src/main.ts', SERVICE);
    write('apps/service/src/version.ts', `export const version = 'one';\n`);
    for (const name of ['bff', 'other-bff']) {
      write(`apps/${name}/package.json`, manifest(name, { dependencies: { '@fixture/words': '*' } }));
      write(`apps/${name}/src/main.ts`, BFF);
    }
    write('libs/words/package.json', manifest('words', { exports: { '.': './src/index.ts' } }));
    write('libs/words/src/index.ts', `export const greeting: string = 'hello';\n`);
    mkdirSync(join(root, 'node_modules/@fixture'), { recursive: true });
    symlinkSync(join(root, 'libs/words'), join(root, 'node_modules/@fixture/words'));
  });
  afterEach(async () => {
    for (const { child } of serving.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    await within(
      async () => (await answer()) === undefined,
      () => 'the service is left behind',
    );
    rmSync(root, { recursive: true, force: true });
    rmSync(socketFolder(root), { recursive: true, force: true });
  });

  it('starts again after each save, by renaming or in place, of a source that it reaches', async () => {
    const bff = start('bff', '--with=service');
    await bff.says(/^\[bff\] bff says hello, pid/);
    replace('libs/words/src/index.ts', `export const greeting: string = 'renamed once';\n`);
    await bff.says(/^\[bff\] bff says renamed once, pid/);
    replace('libs/words/src/index.ts', `export const greeting: string = 'renamed again';\n`);
    await bff.says(/^\[bff\] bff says renamed again, pid/);
    write('libs/words/src/index.ts', `export const greeting: string = 'in place';\n`);
    const pid = await bff.says(/^\[bff\] bff says in place, pid (\d+)/);
    replace('apps/service/src/version.ts', `export const version = 'two';\n`);
    await bff.says(/^\[service\] service two listens/);
    expect(isAlive(Number(pid))).toBe(true);
  });

  it('starts again what a mistake has ended, once the mistake is mended', async () => {
    const bff = start('bff');
    await bff.says(/^\[bff\] bff says hello/);
    replace('libs/words/src/index.ts', `export const greeting: string = missing;\n`);
    await bff.says(/^\[bff\] ended \(code 1\); the next change of its sources starts it again/);
    replace('libs/words/src/index.ts', `export const greeting: string = 'mended';\n`);
    await bff.says(/^\[bff\] bff says mended/);
  });

  it('tells type errors while it runs, and that they are gone', async () => {
    const bff = start('bff');
    await bff.says(/^\[bff\] bff says hello/);
    replace('libs/words/src/index.ts', `export const greeting: number = 'a string';\n`);
    await bff.says(/^\[bff\] bff says a string/);
    await bff.says(/^\[types\] libs\/words\/src\/index\.ts\(1,14\): error TS2322/);
    replace('libs/words/src/index.ts', `export const greeting: string = 'a string';\n`);
    await bff.says(/^\[types\] no type errors any more/);
  });

  it('starts a BFF when the services that it needs are ready, not before', async () => {
    write('hold', '');
    const bff = start('bff', '--with=service');
    await bff.says(/^\[service\] service one listens/);
    expect(await answer()).toBeDefined();
    expect(bff.said).not.toMatch(/bff says/);
    rmSync(join(root, 'hold'));
    await bff.says(/^\[bff\] bff says hello/);
  });

  it('leaves a service to others when one of its users is interrupted, and ends it with the last', async () => {
    const first = start('bff', '--with=service');
    await first.says(/^\[bff\] bff says hello/);
    const second = start('other-bff', '--with=service');
    const bff = Number(await second.says(/^\[other-bff\] bff says hello, pid (\d+)/));
    const service = await servicePid();
    await first.interrupt();
    replace('apps/service/src/version.ts', `export const version = 'two';\n`);
    await second.says(/^\[service\] service two listens/);
    expect(second.said).not.toMatch(/is gone/);
    const now = await servicePid();
    await second.interrupt();
    await Promise.all([gone(service), gone(now), gone(bff)]);
  });

  it('starts a service once for users that come at the same moment', async () => {
    const users = [start('bff', '--with=service'), start('other-bff', '--with=service'), start('service', '--shared')];
    for (const user of users.slice(0, 2)) await user.says(/bff says hello/);
    await within(
      async () => (await answer()) !== undefined,
      () => 'the service does not answer',
    );
    for (const { said } of users) expect(said).not.toMatch(/is gone|ended|Error/);
  });

  it.each([
    ['it is killed', () => start('bff', '--with=service')],
    ['Nx, which runs it, is killed', () => startBelowNx('bff', '--with=service')],
  ])('leaves nothing behind when %s', async (_, startOne) => {
    const killed = startOne();
    const bff = Number(await killed.says(/^\[bff\] bff says hello, pid (\d+)/));
    const service = await servicePid();
    killed.child.kill('SIGKILL');
    await Promise.all([gone(bff), gone(service)]);
  });

  it('starts a service again whose host was killed', async () => {
    const bff = start('bff', '--with=service');
    await bff.says(/^\[bff\] bff says hello/);
    const service = await servicePid();
    process.kill(parentOf(service), 'SIGKILL');
    await bff.says(/^\[service\] is gone: starting it again/);
    await bff.says(/^\[service\] service one listens/, 2);
    await gone(service);
  });

  it('stops one service for all of its users and starts it again', async () => {
    const bff = start('bff', '--with=service');
    await bff.says(/^\[bff\] bff says hello/);
    await start('service', '--ask=stop').says(/^service is stopped/);
    expect(await answer()).toBeUndefined();
    replace('libs/words/src/index.ts', `export const greeting: string = 'without it';\n`);
    await bff.says(/^\[bff\] bff says without it/);
    await start('service', '--ask=start').says(/^service is started again/);
    expect(await answer()).toBeDefined();
    await start('bff', '--ask=stop').says(/^bff is not served/);
  });

  it('passes the debugger to the project only', async () => {
    const bff = start('bff', '--with=service', `--inspect=${await freePort()}`);
    await bff.says(/^\[bff\] Debugger listening on ws:\/\/127\.0\.0\.1/);
    await bff.says(/^\[bff\] bff says hello/);
    expect(bff.said.match(/Debugger listening/g)).toHaveLength(1);
  });
});

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}
