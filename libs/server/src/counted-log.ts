import { type Clock, systemClock } from '@portico/core';
import type { Logger } from 'pino';

/** Lines of one kind in one second. */
const MOST = 10;
const SECOND = 1_000;
/** Kinds that are told apart; further ones are counted together. */
const MAX_KINDS = 1_000;

/**
 * Warnings that may come with every request: of each kind ten are written in a second, the rest of it is counted, and a line
 * says how many there were.
 */
export class CountedLog {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly log: Pick<Logger, 'warn'>,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Writes a warning, or counts it.
   *
   * @param kind what makes it the same as others; it is shown with their number
   */
  warn(kind: string, fields: object, message: string): void {
    const known = this.counts.has(kind) || this.counts.size < MAX_KINDS ? kind : 'other warnings';
    const count = (this.counts.get(known) ?? 0) + 1;
    if (count === 1) this.clock.after(SECOND, () => this.sum(known));
    this.counts.set(known, count);
    if (count <= MOST) this.log.warn(fields, message);
  }

  private sum(kind: string): void {
    const further = this.counts.get(kind)! - MOST;
    this.counts.delete(kind);
    if (further > 0) this.log.warn({ further }, `${further} more within a second: ${kind}`);
  }
}
