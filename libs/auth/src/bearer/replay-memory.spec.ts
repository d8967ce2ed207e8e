import { FakeClock } from '@portico/testing';
import { rememberInMemory } from './replay-memory.ts';

describe('rememberInMemory', () => {
  it('accepts an identifier once within its time', async () => {
    const clock = new FakeClock();
    const useOnce = rememberInMemory(clock);
    expect(await useOnce('a', 1000)).toBe(true);
    clock.advance(999);
    expect(await useOnce('a', 1000)).toBe(false);
    expect(await useOnce('b', 1000)).toBe(true);
    clock.advance(1);
    expect(await useOnce('a', 1000)).toBe(true);
  });

  it('has room for all proofs that a process can check in their life: nobody fills it, nobody is refused for it', async () => {
    const clock = new FakeClock();
    const useOnce = rememberInMemory(clock);
    const life = 70_000;
    let accepted = 0;
    for (let second = 0; second < 70; second++, clock.advance(1_000)) {
      for (let i = 0; i < 5_000; i++) if (await useOnce(`${second} ${i}`, life)) accepted++;
    }
    expect(accepted).toBe(350_000);
  });

  it('accepts nothing new while it is full, rather than forget something', async () => {
    const clock = new FakeClock();
    const useOnce = rememberInMemory(clock, 2);
    expect([await useOnce('a', 1000), await useOnce('b', 1000), await useOnce('c', 1000)]).toEqual([true, true, false]);
    expect(await useOnce('a', 1000)).toBe(false);
    clock.advance(1000);
    expect(await useOnce('c', 1000)).toBe(true);
  });
});
