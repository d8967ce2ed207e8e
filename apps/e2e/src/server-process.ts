import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

/** How long a server may take until it says where it listens, and until it has stopped; milliseconds. */
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 12_000;

const ADDRESS = /is listening[^\n]*?http:\/\/127\.0\.0\.1:(\d+)/;

/** A port that nobody listens on, for servers whose address others must know before they start. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What is not as usual with a server. */
export interface ServerProcessOptions {
  /** Where it listens. Default a free port. */
  readonly port?: number;
  /** Its program, from the workspace's root. Default `src/main.ts` of its project. */
  readonly script?: string;
  /** Commands of the shell that starts it, such as `ulimit -n 160;`. Default none. */
  readonly before?: string;
}

/** One server of the shop in a process of its own, run from source as `nx serve` runs it. */
export class ServerProcess {
  #child: ChildProcess | null = null;
  #said = '';
  #port: string;
  readonly #command: string;

  /**
   * @param name of the server, for messages
   * @param folder its project, from the workspace's root
   * @param environment all its settings beside `DRAIN_DELAY=0`, for no balancer sends requests, which `undefined` leaves out; nothing of
   *   ours is passed on
   */
  constructor(
    readonly name: string,
    readonly folder: string,
    readonly environment: Readonly<Record<string, string | undefined>>,
    options: ServerProcessOptions = {},
  ) {
    const { port = 0, script = `${folder}/src/main.ts`, before = '' } = options;
    this.#port = String(port);
    this.#command = `${before} exec "${process.execPath}" --conditions=@portico/source --import ./tools/dev/register.mjs ${script}`;
  }

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The last million characters that it has printed since its start. */
  get said(): string {
    return this.#said;
  }

  /** Starts it, later again on the same port; resolves when it says that it listens. */
  async start(): Promise<void> {
    const child = spawn('/bin/sh', ['-c', this.#command], {
      cwd: WORKSPACE,
      env: { DRAIN_DELAY: '0', ...this.environment, PORT: this.#port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#said = '';
    const listening = new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#said = (this.#said + chunk.toString()).slice(-1_000_000);
        const port = ADDRESS.exec(this.#said)?.[1];
        if (port) resolve(port);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('exit', (code) =>
        reject(new Error(`${this.name} ended with ${code} before it listened:\n${this.#said}`)),
      );
      setTimeout(() => reject(new Error(`${this.name} does not listen:\n${this.#said}`)), START_TIMEOUT).unref();
    });
    this.#port = await listening;
  }

  /** The lines of what it has printed that contain a text. */
  linesWith(text: string): readonly string[] {
    return this.#said.split('\n').filter((line) => line.includes(text));
  }

  /** Ends it as an operator would; by force when that takes too long. @returns its exit code, null after force or when it did not run */
  async stop(): Promise<number | null> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
    const [code] = await ended;
    clearTimeout(force);
    return code;
  }

  /** Kills it without a word, as a crash does. */
  async crash(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Kills it at once and waits for nothing. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}
