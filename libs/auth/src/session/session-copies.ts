import type { Clock } from '@portico/core';
import type { Session } from './session.ts';

interface Copy {
  readonly session: Session;
  /** In the clock's monotonic milliseconds. */
  readonly freshUntil: number;
}

/**
 * What this process remembers of sessions for a few seconds, so that most requests ask nobody. Found by the secret itself: a
 * hash would cost more than all the rest, and the process has just been sent it. A copy is dropped when its session changes.
 */
export class SessionCopies {
  /** Oldest first: a copy is not moved when it is used, since it is read anew after seconds anyway. */
  private readonly copies = new Map<string, Copy>();
  private readonly secretsByHandle = new Map<string, string>();
  private changes = 0;

  /** @param maxCopies the oldest one goes for one more */
  constructor(
    private readonly clock: Clock,
    private readonly maxCopies: number,
  ) {}

  /** A mark of what was heard so far; take it before asking the store. */
  get mark(): number {
    return this.changes;
  }

  recall(secret: string): Session | undefined {
    const copy = this.copies.get(secret);
    return copy !== undefined && this.clock.now() < copy.freshUntil ? copy.session : undefined;
  }

  /**
   * Remembers what the store has answered, unless a change was heard meanwhile: the answer may be older than that.
   *
   * @param freshFor milliseconds
   * @param mark from before the store was asked
   */
  keep(secret: string, session: Session, { freshFor, mark }: { freshFor: number; mark: number }): void {
    if (mark !== this.changes || freshFor <= 0) return;
    this.drop(session.handle);
    const [oldest] = this.copies.values();
    if (oldest && this.copies.size >= this.maxCopies) this.drop(oldest.session.handle);
    // A text cut out of a header keeps all of the header alive.
    const ownSecret = Buffer.from(secret, 'latin1').toString('latin1');
    this.copies.set(ownSecret, { session, freshUntil: this.clock.now() + freshFor });
    this.secretsByHandle.set(session.handle, ownSecret);
  }

  /** A session has changed or ended; undefined: any may have. */
  changed(handle: string | undefined): void {
    this.changes++;
    if (handle !== undefined) return this.drop(handle);
    this.copies.clear();
    this.secretsByHandle.clear();
  }

  /** The session of a secret has ended. */
  ended(secret: string): void {
    this.changes++;
    const copy = this.copies.get(secret);
    if (copy) this.drop(copy.session.handle);
  }

  private drop(handle: string): void {
    const secret = this.secretsByHandle.get(handle);
    if (secret === undefined) return;
    this.copies.delete(secret);
    this.secretsByHandle.delete(handle);
  }
}
