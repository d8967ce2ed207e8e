import { setTimeout as pause } from 'node:timers/promises';

/** A stretch of time in which every answer was of the same kind. */
export interface Phase {
  /** `200`, or status and code of a problem: `503 upstream-circuit-open`. */
  readonly outcome: string;
  /** Seconds since the start. */
  readonly from: number;
  to: number;
  /** Milliseconds of each answer. */
  readonly times: number[];
}

/** Asks one URL again and again, and tells what came back as phases. */
export class Timeline {
  readonly phases: Phase[] = [];
  private readonly startedAt = performance.now();
  private running = true;
  private readonly run: Promise<void>;

  /** @param pace milliseconds between two questions */
  constructor(
    private readonly url: string,
    private readonly pace: number,
  ) {
    this.run = this.ask();
  }

  /** The last outcome. */
  get now(): string {
    return this.phases.at(-1)?.outcome ?? 'nothing yet';
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.run;
  }

  /** One line for each phase. */
  print(): string {
    const lines = this.phases.map(({ outcome, from, to, times }) => {
      const sorted = times.toSorted((one, other) => one - other);
      const median = sorted[sorted.length >> 1]!.toFixed(1);
      const span = `${from.toFixed(1).padStart(5)} s to ${to.toFixed(1).padStart(5)} s`;
      return `${span}  ${outcome.padEnd(28)} ${String(times.length).padStart(4)} answers, median ${median} ms`;
    });
    return lines.join('\n');
  }

  private async ask(): Promise<void> {
    while (this.running) {
      const before = performance.now();
      const answer = await fetch(this.url);
      const body = (await answer.json()) as { code?: string };
      const after = performance.now();
      this.note(answer.ok ? String(answer.status) : `${answer.status} ${body.code}`, after - before, after);
      await pause(this.pace);
    }
  }

  private note(outcome: string, time: number, at: number): void {
    const seconds = (at - this.startedAt) / 1000;
    const last = this.phases.at(-1);
    if (last?.outcome === outcome) {
      last.to = seconds;
      last.times.push(time);
    } else this.phases.push({ outcome, from: seconds, to: seconds, times: [time] });
  }
}
