import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '@portico/testing';

const ROOT = join(__dirname, '../../..');
const NODE = `"${process.execPath}" --conditions=@portico/source --import ./tools/dev/register.mjs`;

/** `one-shop-bff.ts` in a process of its own, with its log. */
export class BffProgram {
  private output = '';
  private readonly child: ChildProcess;

  /**
   * @param environment all its settings
   * @param before commands of the shell that starts it, such as `ulimit -n 300;`
   */
  constructor(environment: Readonly<Record<string, string>>, before = '') {
    this.child = spawn('/bin/sh', ['-c', `${before} exec ${NODE} apps/e2e/test/one-shop-bff.ts`], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Where it listens, once it does. */
  async port(): Promise<number> {
    const found = await eventually(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.output), 15_000);
    return Number(found![1]);
  }

  /** The lines of its log that contain a text. */
  linesWith(text: string): readonly string[] {
    return this.output.split('\n').filter((line) => line.includes(text));
  }

  /** Tells it to end. @returns its exit code */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'close') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exit)[0];
  }
}
