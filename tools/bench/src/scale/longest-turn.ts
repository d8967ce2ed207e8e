import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds of a window, and their number. */
const WINDOW = 2_500;
const WINDOWS = 3;

/** CPU time of this thread, in microseconds; before Node 24 of the whole process. */
const cpuUsage = (): NodeJS.CpuUsage =>
  (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.() ?? process.cpuUsage();

/**
 * Milliseconds of CPU that the longest turn of the event loop took in 2.5 seconds: the least of three such windows, because a collection
 * of the heap that falls into one is no cost of what is measured, which has to happen in each of them. Time by the clock would be the machine's, which is shared.
 */
export async function longestTurn(): Promise<number> {
  const longest: number[] = [];
  let before = 0;
  let most = 0;
  let turn: NodeJS.Immediate | undefined;
  const look = (): void => {
    const { user, system } = cpuUsage();
    most = Math.max(most, user + system - before);
    before = user + system;
    turn = setImmediate(look);
  };
  for (let window = 0; window < WINDOWS; window++) {
    before = Infinity;
    most = 0;
    look();
    await pause(WINDOW);
    clearImmediate(turn);
    longest.push(most / 1_000);
  }
  return Math.min(...longest);
}
