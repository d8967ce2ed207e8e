import { setTimeout as delay } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loginOf, withSessions } from './bench-sessions.ts';
import type { Curve } from './curve.ts';

/** Seconds: as long as the longest point takes to be filled, and then some. */
const IDLE = 45;
/** Milliseconds in which a sweep begins and is through. */
const SWEEP = 90_000;

/** What sessions in memory cost, and how long their end holds up others. */
export const curve: Curve = {
  name: 'session-memory',
  title: 'Sessions in memory',
  unit: 'sessions',
  points: [10_000, 20_000, 50_000, 100_000],
  bound:
    '`SESSION_MEMORY` (a quarter of the heap) bounds their bytes: a login beyond it is answered with 503, and no session ends. All of them end at the same time here.',
  measure: (count) =>
    withSessions({ SESSION_IDLE: String(IDLE), SESSION_MEMORY: '1099511627776' }, async (sessions) => {
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < count; i++) await sessions.begin(loginOf(`user ${i}`));
      collectGarbage();
      const bytes = (process.memoryUsage().heapUsed - before) / count;
      const histogram = monitorEventLoopDelay({ resolution: 1 });
      histogram.enable();
      await delay(SWEEP);
      histogram.disable();
      collectGarbage();
      const left = (process.memoryUsage().heapUsed - before) / count;
      return {
        'KiB a session': bytes / 1_024,
        'longest pause ms': histogram.max / 1e6,
        'KiB left of it': left / 1_024,
      };
    }),
};

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
