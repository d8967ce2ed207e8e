import { setTimeout as delay } from 'node:timers/promises';
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
      const longest = await longestTurn(SWEEP);
      collectGarbage();
      const left = (process.memoryUsage().heapUsed - before) / count;
      return {
        'KiB a session': bytes / 1_024,
        'longest turn, CPU ms': longest,
        'KiB left of it': left / 1_024,
      };
    }),
};

/** The most CPU that the process has used from one turn of its event loop to the next, in milliseconds; a busy machine does not change it. */
async function longestTurn(duration: number): Promise<number> {
  let longest = 0;
  let last = process.cpuUsage();
  for (const end = performance.now() + duration; performance.now() < end;) {
    await delay(1);
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    longest = Math.max(longest, (user + system) / 1_000);
  }
  return longest;
}

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
