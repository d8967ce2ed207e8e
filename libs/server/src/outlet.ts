import { constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Milliseconds between two attempts of `takeAll`. */
const PAUSE = 5;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Standard output or standard error, written to at once or not at all: a reader that stands still keeps nobody waiting. */
export class Outlet {
  /** System code of the last write that took nothing, `EAGAIN` for a reader that is behind; undefined after one that took something. */
  failure: string | undefined;
  private readonly descriptor: number;

  constructor(descriptor: 1 | 2) {
    this.descriptor = openWithoutWaiting(descriptor);
  }

  /** @returns how many of the bytes were taken; none when the reader is behind or gone or the disk is full, see `failure` */
  take(bytes: Uint8Array): number {
    try {
      const taken = writeSync(this.descriptor, bytes);
      this.failure = undefined;
      return taken;
    } catch (error) {
      this.failure = (error as NodeJS.ErrnoException).code ?? String(error);
      return 0;
    }
  }

  /**
   * Repeats `attempt` until it returns true, for the end of a process, when nothing else is left to do. It stops early
   * when waiting is useless: the reader is gone, the disk full.
   *
   * @param within milliseconds
   */
  retry(attempt: () => boolean, within: number): void {
    const end = performance.now() + within;
    while (!attempt() && (this.failure ?? 'EAGAIN') === 'EAGAIN' && performance.now() < end) {
      Atomics.wait(sleeper, 0, 0, PAUSE);
    }
  }
}

/** Writes a text to standard error before the process ends, within a second: a reader that stands still cannot hold it. */
export function writeLastWords(text: string): void {
  const outlet = new Outlet(2);
  let rest = Buffer.from(text);
  outlet.retry(() => (rest = rest.subarray(outlet.take(rest))).length === 0, 1_000);
}

/**
 * A descriptor whose writes do not wait. Whether they do is a property of what the system calls the open file, which other
 * processes share and change (Node makes it wait for every child that inherits it): pipes and terminals are opened anew.
 */
function openWithoutWaiting(descriptor: 1 | 2): number {
  try {
    // A write to a file waits for no reader; opened anew it would begin at the start.
    if (fstatSync(descriptor).isFile()) return descriptor;
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/dev/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, a pipe of another user, or Windows: Node's own stream makes the shared one not wait.
    void (descriptor === 1 ? process.stdout : process.stderr).writable;
    return descriptor;
  }
}
