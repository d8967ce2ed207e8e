import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long in milliseconds a process may take to end when it is asked to. */
const STOP_TIMEOUT = 5_000;

const LEAVE_WITH_PARENT = fileURLToPath(new URL('./leave-with-parent.mjs', import.meta.url));

/** What a process says, line by line. */
export type OnLine = (line: string) => void;

/** A Node process that ends with us, whatever ends us. */
export class OwnedProcess {
  readonly #child: ChildProcess;

  /**
   * @param argument of `node`
   * @param environment all of it
   * @param directory where it runs
   * @param onLine each line of its output and its errors
   */
  constructor(
    argument: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
    directory: string,
    onLine: OnLine,
  ) {
    this.#child = spawn(process.execPath, ['--import', LEAVE_WITH_PARENT, ...argument], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    createInterface(this.#child.stdout!).on('line', onLine);
    createInterface(this.#child.stderr!).on('line', onLine);
  }

  /** Undefined when the system could not start it. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it has ended and its output is read, with what ended it. */
  async ended(): Promise<string> {
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, string | null];
    return signal ?? `code ${code}`;
  }

  /** Asks it to end and waits for that; kills it when it takes too long. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT);
    await ended;
    clearTimeout(timer);
  }
}
