import type { UpstreamSettings } from '../settings.ts';

/** How a streamed answer comes along. `stalled`: nothing moved since the last look. `slow`: slower than may be. */
export type Progress = 'moving' | 'stalled' | 'slow';

/** Holds the bytes of a streamed answer against the lowest rate, whoever of client and upstream it is that holds it up. */
export class StreamWatch {
  private last = -1;
  private windowStart: number;
  private atWindowStart: number;
  private readonly least: number;
  private readonly window: number;

  /** @param moved bytes so far */
  constructor({ minRate, rateWindow }: UpstreamSettings, now: number, moved: number) {
    this.windowStart = now;
    this.atWindowStart = moved;
    this.window = rateWindow;
    this.least = (minRate * rateWindow) / 1_000;
  }

  /** Looks at it now. */
  look(now: number, moved: number): Progress {
    const isStalled = moved === this.last;
    this.last = moved;
    if (now - this.windowStart >= this.window) {
      if (moved - this.atWindowStart < this.least) return 'slow';
      this.windowStart = now;
      this.atWindowStart = moved;
    }
    return isStalled ? 'stalled' : 'moving';
  }
}
