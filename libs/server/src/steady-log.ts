import { type Clock, systemClock, type Timer } from '@portico/core';

/** Changes of a subject that are written at once, until it has been quiet for a while. */
const AT_ONCE = 2;
/** Milliseconds for which a subject has to be quiet; while it is not they double. */
const FIRST_QUIET = 60_000;
const MAX_QUIET = 3_600_000;
/** Subjects that are followed; of further ones every change is written. */
const MAX_SUBJECTS = 10_000;

interface Change {
  readonly state: string;
  readonly write: () => void;
}

/** What is known of one subject. */
interface Subject {
  /** Its state by what was written last. */
  written: string;
  lines: number;
  latest: Change;
  /** The latest change at the last look: when no other came since, it has calmed down. */
  seen: Change | undefined;
  quiet: number;
  timer: Timer;
}

/**
 * The log of what may go to and fro for as long as an outage lasts, such as an instance that is left out and tried again. Two changes are
 * written at once, then only what it came to, a minute later and ever more seldom as long as it goes on. A subject that was quiet for such
 * a while is followed anew.
 */
export class SteadyLog {
  private readonly subjects = new Map<string, Subject>();

  constructor(private readonly clock: Clock = systemClock) {}

  /**
   * Notes the state of a subject.
   *
   * @param write writes the line of this change: now, later or never
   */
  note(subject: string, state: string, write: () => void): void {
    const known = this.subjects.get(subject);
    const change = { state, write };
    if (known) return this.change(known, change);
    write();
    if (this.subjects.size >= MAX_SUBJECTS) return;
    const timer = this.lookAfter(subject, FIRST_QUIET);
    const first = { written: state, lines: 1, latest: change, seen: undefined, quiet: FIRST_QUIET, timer };
    this.subjects.set(subject, first);
  }

  /** Writes nothing any more that was not written yet. */
  close(): void {
    for (const { timer } of this.subjects.values()) timer.cancel();
    this.subjects.clear();
  }

  private change(known: Subject, change: Change): void {
    known.latest = change;
    if (change.state === known.written || known.lines >= AT_ONCE) return;
    known.lines++;
    this.write(known);
  }

  private write(known: Subject): void {
    known.written = known.latest.state;
    known.latest.write();
  }

  private lookAfter(subject: string, quiet: number): Timer {
    return this.clock.after(quiet, () => this.look(subject, this.subjects.get(subject)!));
  }

  private look(subject: string, known: Subject): void {
    const { latest, seen } = known;
    if (latest.state !== known.written) this.write(known);
    if (latest === seen) {
      this.subjects.delete(subject);
      return;
    }
    known.seen = latest;
    known.timer = this.lookAfter(subject, known.quiet);
    known.quiet = Math.min(MAX_QUIET, known.quiet * 2);
  }
}
