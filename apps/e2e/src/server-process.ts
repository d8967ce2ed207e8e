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

/** One server of the shop in a process of its own, run from source as `nx serve` runs it. */
export class ServerProcess {
  #child: ChildProcess | null = null;
  #said = '';
  #port: string;

  /**
   * @param name of the server, for messages
   * @param folder its project, from the workspace's root
   * @param environment all its settings beside `DRAIN_DELAY=0`, for no balancer sends requests; nothing of ours is passed on
   * @param port where it listens; default a free one
   */
  constructor(
    readonly name: string,
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
    port = 0,
  ) {
    this.#port = String(port);
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
    const script = `${this.folder}/src/main.ts`;
    const child = spawn(
      process.execPath,
      ['--conditions=@portico/source', '--import', './tools/dev/register.mjs', script],
      {
        cwd: WORKSPACE,
        env: { DRAIN_DELAY: '0', ...this.environment, PORT: this.#port },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
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

  /** Ends it as an operator would; by force when that takes too long. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
    await ended;
    clearTimeout(force);
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
