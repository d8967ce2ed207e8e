import { setTimeout as pause } from 'node:timers/promises';
import { withinATurn } from './within-a-turn.ts';

describe('withinATurn', () => {
  it('gives what a promise comes to that waits for nothing', async () => {
    const steps = async (): Promise<string> => {
      for (let step = 0; step < 100; step++) await Promise.resolve();
      return 'done';
    };
    expect(await withinATurn(steps())).toBe('done');
    await expect(withinATurn(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects when a promise waits for a timer', async () => {
    await expect(withinATurn(pause(1_000, undefined, { ref: false }))).rejects.toThrow('within one turn');
  });
});
