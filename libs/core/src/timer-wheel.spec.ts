import { growthOf } from '@portico/testing';
import * as fc from 'fast-check';
import { TimerWheel } from './timer-wheel.ts';

const TICK = 10;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('TimerWheel', () => {
  it('calls back at the delay or up to a tick later, never before', () => {
    const wheel = new TimerWheel(TICK, 8);
    const calls: number[] = [];
    const start = performance.now();
    jest.advanceTimersByTime(3);
    wheel.after(25, () => calls.push(performance.now() - start));
    jest.advanceTimersByTime(24);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toBeGreaterThanOrEqual(28);
    expect(calls[0]).toBeLessThanOrEqual(38);
  });

  it('waits several rounds for a delay longer than the wheel', () => {
    const wheel = new TimerWheel(TICK, 4);
    const calls: string[] = [];
    for (const delay of [40, 41, 80, 400]) wheel.after(delay, () => calls.push(`${delay}`));
    jest.advanceTimersByTime(39);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(11);
    expect(calls).toEqual(['40', '41']);
    jest.advanceTimersByTime(349);
    expect(calls).toEqual(['40', '41', '80']);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['40', '41', '80', '400']);
  });

  it('never makes a cancelled call, also when a call of the same tick cancels it; cancelling again is harmless', () => {
    const wheel = new TimerWheel(TICK, 4);
    const calls: string[] = [];
    const entries = ['a', 'b'].map((name, index) =>
      wheel.after(10, () => {
        calls.push(name);
        entries[1 - index]!.cancel();
      }),
    );
    const third = wheel.after(10, () => calls.push('c'));
    third.cancel();
    third.cancel();
    jest.advanceTimersByTime(100);
    entries.forEach((entry) => entry.cancel());
    expect(calls).toHaveLength(1);
    expect(wheel.pending).toBe(0);
  });

  it('lets a callback add calls, for the next tick or for its own slot one round later', () => {
    const wheel = new TimerWheel(TICK, 4);
    const calls: number[] = [];
    const start = performance.now();
    const note = (): number => calls.push(performance.now() - start);
    wheel.after(10, () => {
      note();
      wheel.after(0, note);
      wheel.after(40, note);
    });
    jest.advanceTimersByTime(1000);
    expect(calls).toEqual([10, 20, 50]);
  });

  it('catches up when the process was held up', () => {
    let heldUp = 0;
    const wheel = new TimerWheel(TICK, 4, () => performance.now() + heldUp);
    const calls: string[] = [];
    wheel.after(10, () => calls.push('first'));
    wheel.after(95, () => calls.push('second'));
    heldUp = 1000;
    jest.advanceTimersByTime(TICK + 1);
    expect(calls).toEqual(['first', 'second']);
  });

  it('makes the other calls when one throws, and goes on', () => {
    const report = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    const wheel = new TimerWheel(TICK, 4);
    const mistake = new Error('a bug of a callback');
    const calls: string[] = [];
    wheel.after(10, () => calls.push('before'));
    wheel.after(10, () => {
      throw mistake;
    });
    wheel.after(10, () => calls.push('after'));
    wheel.after(50, () => calls.push('later'));
    jest.advanceTimersByTime(100);
    expect(calls.sort()).toEqual(['after', 'before', 'later']);
    expect(report.mock.calls[0]![0]).toThrow(mistake);
    report.mockRestore();
  });

  it('wakes up from a long sleep at once, with what was due, and keeps time after it', () => {
    let slept = 0;
    const wheel = new TimerWheel(TICK, 512, () => performance.now() + slept);
    const calls: string[] = [];
    wheel.after(60_000, () => {
      calls.push('due');
      wheel.after(20, () => calls.push('next'));
    });
    slept = 30 * 24 * 3_600_000;
    jest.advanceTimersByTime(TICK + 1);
    expect(calls).toEqual(['due']);
    jest.advanceTimersByTime(30);
    expect(calls).toEqual(['due', 'next']);
    expect(wheel.pending).toBe(0);
  });

  it('takes no longer to wake up from a longer sleep', () => {
    let slept = 0;
    const make = (days: number) => {
      const wheel = new TimerWheel(TICK, 512, () => performance.now() + slept);
      wheel.after(60_000, () => undefined);
      return { wheel, sleep: days * 24 * 3_600_000 };
    };
    const wakeUp = ({ wheel, sleep }: ReturnType<typeof make>): void => {
      slept += sleep;
      jest.advanceTimersByTime(TICK + 1);
      expect(wheel.pending).toBe(0);
    };
    expect(growthOf({ make, work: wakeUp }, 4)).toBeLessThan(0.5);
  });

  it('lets what arrived during a stall be handled before it calls back', () => {
    let stalled = 0;
    const wheel = new TimerWheel(TICK, 8, () => performance.now() + stalled);
    const calls: string[] = [];
    const timer = wheel.after(20, () => calls.push('timeout'));
    stalled = 500;
    jest.advanceTimersByTime(TICK - 1);
    setTimeout(() => timer.cancel(), 1);
    jest.advanceTimersByTime(TICK);
    expect(calls).toEqual([]);
  });

  it('runs no timer while nothing is pending', () => {
    const wheel = new TimerWheel(TICK, 4);
    wheel.after(15, () => undefined);
    wheel.after(500, () => undefined).cancel();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(20);
    expect(jest.getTimerCount()).toBe(0);
    wheel.after(15, () => undefined);
    expect(jest.getTimerCount()).toBe(1);
  });

  it('agrees with a list of due times, whatever is added, cancelled and waited for', () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ cancel: fc.nat() }),
      fc.record({ pass: fc.integer({ min: 0, max: 150 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (steps, size) => {
        const wheel = new TimerWheel(TICK, size);
        const model = new Model(wheel);
        for (const each of steps) {
          if ('add' in each) model.add(each.add);
          else if ('cancel' in each) model.cancel(each.cancel);
          else jest.advanceTimersByTime(each.pass);
          model.check();
        }
        jest.advanceTimersByTime(1000);
        model.check();
        expect(wheel.pending).toBe(0);
      }),
    );
  });
});

/** What the wheel must do, kept as a plain list. */
class Model {
  private readonly entries: Array<{ due: number; cancel: () => void; state: 'pending' | 'called' | 'cancelled' }> = [];

  constructor(private readonly wheel: TimerWheel) {}

  add(delay: number): void {
    const due = performance.now() + delay;
    const entry: (typeof this.entries)[number] = { due, cancel: () => undefined, state: 'pending' };
    const timer = this.wheel.after(delay, () => {
      expect(entry.state).toBe('pending');
      expect(performance.now()).toBeGreaterThanOrEqual(due);
      entry.state = 'called';
    });
    entry.cancel = () => timer.cancel();
    this.entries.push(entry);
  }

  cancel(index: number): void {
    const entry = this.entries[index % (this.entries.length || 1)];
    entry?.cancel();
    if (entry?.state === 'pending') entry.state = 'cancelled';
  }

  check(): void {
    const pending = this.entries.filter((entry) => entry.state === 'pending');
    expect(this.wheel.pending).toBe(pending.length);
    for (const entry of pending) expect(performance.now()).toBeLessThan(entry.due + 2 * TICK);
  }
}
