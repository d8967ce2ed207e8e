import type { FakeClock } from '@portico/testing';

/** A server with a number of workers, as a simulation: calls beyond that wait in line. */
export class SlottedServer {
  /** Mean time that a worker takes for a call, in milliseconds. */
  serviceTime = 50;
  private busy = 0;
  private readonly line: (() => void)[] = [];

  /** @param random uniform numbers from 0 to 1; by it a call takes between half and one and a half times the mean */
  constructor(
    private readonly workers: number,
    private readonly clock: FakeClock,
    private readonly random: () => number,
  ) {}

  call(done: () => void): void {
    if (this.busy < this.workers) this.work(done);
    else this.line.push(() => this.work(done));
  }

  private work(done: () => void): void {
    this.busy++;
    this.clock.after(this.serviceTime * (0.5 + this.random()), () => {
      this.busy--;
      this.line.shift()?.();
      done();
    });
  }
}
