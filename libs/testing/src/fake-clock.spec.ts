import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('makes calls in the order of their time, never early, and shows each its own moment', () => {
    const clock = new FakeClock(1000);
    const calls: string[] = [];
    clock.after(20, () => calls.push(`b at ${clock.now()}`));
    clock.after(10, () => calls.push(`a at ${clock.now()}`));
    clock.after(20, () => calls.push(`c at ${clock.now()}`));
    clock.advance(9);
    expect(calls).toEqual([]);
    clock.advance(11);
    expect(calls).toEqual(['a at 10', 'b at 20', 'c at 20']);
    expect(clock.epoch()).toBe(1020);
    expect(clock.pending).toBe(0);
  });

  it('makes calls that other calls set within the time that passes', () => {
    const clock = new FakeClock();
    const calls: number[] = [];
    clock.after(10, () => clock.after(10, () => calls.push(clock.now())));
    clock.advance(100);
    expect(calls).toEqual([20]);
    expect(clock.now()).toBe(100);
  });

  it('forgets a cancelled call, also when another call of the same moment cancels it', () => {
    const clock = new FakeClock();
    const calls: string[] = [];
    clock.after(10, () => second.cancel());
    const second = clock.after(10, () => calls.push('second'));
    clock.advance(10);
    expect(calls).toEqual([]);
  });
});
