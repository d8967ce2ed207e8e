import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `check` returns something true, or a promise of it, and returns it; for what another process or socket does in its own time.
 *
 * @param timeout milliseconds before it gives up with an error that shows the check; default 10,000: a busy machine needs time
 */
export async function eventually<T>(check: () => T | Promise<T>, timeout = 10_000): Promise<T> {
  const end = performance.now() + timeout;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (performance.now() > end) throw new Error(`did not happen within ${timeout} ms: ${check.toString()}`);
    await pause(5);
  }
}
