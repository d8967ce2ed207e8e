import { setTimeout as pause } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds of a window, and their number. */
const WINDOW = 2_500;
const WINDOWS = 4;

/**
 * Milliseconds that the event loop was held up at the longest in 2.5 seconds: the least of four such windows, because a machine that
 * is shared stops now and then. What is measured has to happen in each of them.
 */
export async function longestPause(): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const longest: number[] = [];
  delays.enable();
  for (let window = 0; window < WINDOWS; window++) {
    delays.reset();
    await pause(WINDOW);
    longest.push(delays.max / 1e6);
  }
  delays.disable();
  return Math.min(...longest);
}
