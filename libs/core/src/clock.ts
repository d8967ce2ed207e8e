import { TimerWheel } from './timer-wheel.ts';

/** A pending call of a clock. */
export interface Timer {
  /** Forgets the call; harmless when it was made already. */
  cancel(): void;
}

/** Time as the gateway sees it: a port, so that tests can turn the hands (`FakeClock` of `@portico/testing`). */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  now(): number;
  /** Milliseconds since 1970, for what leaves the process (dates, expiry of tokens). */
  epoch(): number;
  /** Calls `callback` once, about `delay` milliseconds from now; never keeps the process alive. */
  after(delay: number, callback: () => void): Timer;
}

const wheel = new TimerWheel();

/** The machine's clock; its timers share one wheel with a resolution of 10 ms. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after: (delay, callback) => wheel.after(delay, callback),
};
