import type { EventQueue } from './event-queue.ts';
import { exponential } from './seeded-random.ts';

/** How a server works. */
export interface ServerOptions {
  /** Calls that it works on at one time; others wait in line. */
  readonly workers: number;
  /** Mean milliseconds for a call, exponentially distributed. */
  readonly serviceTime: number;
}

/** A call as a server sees it. */
export interface Job {
  /** True once nobody waits for its answer; it is not begun then, but finished if it was. */
  givenUp: boolean;
  done(): void;
}

/** One instance of an upstream. */
export class SimulatedServer {
  private busy = 0;
  private readonly line: Job[] = [];

  constructor(
    private readonly options: ServerOptions,
    private readonly events: EventQueue,
    private readonly random: () => number,
  ) {}

  take(job: Job): void {
    if (this.busy < this.options.workers) this.work(job);
    else this.line.push(job);
  }

  private work(job: Job): void {
    this.busy++;
    this.events.after(this.options.serviceTime * exponential(this.random), () => {
      this.busy--;
      job.done();
      let next = this.line.shift();
      while (next?.givenUp) next = this.line.shift();
      if (next) this.work(next);
    });
  }
}
