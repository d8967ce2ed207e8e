import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from './clock.ts';

describe('systemClock', () => {
  it('calls back after the delay, and not once cancelled', async () => {
    const start = systemClock.now();
    const cancelled = systemClock.after(5, () => expect(true).toBe(false));
    cancelled.cancel();
    // The wheel keeps no process alive, and Jest's worker has nothing else to wait for.
    const alive = setInterval(() => undefined, 1000);
    await new Promise<void>((resolve) => systemClock.after(20, resolve));
    clearInterval(alive);
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(20);
  });

  it('tells the time of day', () => {
    const before = Date.now();
    const told = systemClock.epoch();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  it('never keeps the process alive', () => {
    const register = join(__dirname, '../../../tools/dev/register.mjs');
    const script = "import { systemClock } from './clock.ts'; systemClock.after(60_000, () => undefined);";
    execFileSync(process.execPath, ['--import', register, '--input-type=module', '-e', script], {
      cwd: __dirname,
      timeout: 20_000,
    });
  });
});
