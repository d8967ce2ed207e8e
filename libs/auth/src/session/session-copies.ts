import type { Clock } from '@portico/core';
import type { Session } from './session.ts';

interface Copy {
  readonly session: Session;
  /** In the clock's monotonic milliseconds. */
  readonly freshUntil: number;
  readonly bytes: number;
}

/** How a copy is kept. */
export interface CopyKeeping {
  /** Milliseconds. */
  readonly freshFor: number;
  /** From before the store was asked. */
  readonly mark: number;
  /** Of the stored contents, in characters: they are base64 of JSON. */
  readonly length: number;
}

/** Bytes of a copy for each character of the stored contents, where many are names of roles, and some at any rate. */
const BYTES_PER_CHARACTER = 2;
const BYTES_OF_COPY = 2_048;
/** Copies that are over and dropped in one go: more than a go adds. */
const FEW = 10;

/**
 * What this process remembers of sessions for a few seconds, so that most requests ask nobody. Found by the secret itself: a
 * hash would cost more than all the rest, and the process has just been sent it. A copy is dropped when its session changes.
 */
export class SessionCopies {
  /** Oldest first: a copy is not moved when it is used, since it is read anew after seconds anyway. */
  private readonly copies = new Map<string, Copy>();
  private readonly secretsByHandle = new Map<string, string>();
  private changes = 0;
  private bytes = 0;

  /** @param maxBytes about as many as copies hold; the oldest ones go for one more */
  constructor(
    private readonly clock: Clock,
    private readonly maxBytes: number,
  ) {}

  /** How many are held, those included that are over. */
  get size(): number {
    return this.copies.size;
  }

  /** A mark of what was heard so far; take it before asking the store. */
  get mark(): number {
    return this.changes;
  }

  recall(secret: string): Session | undefined {
    const copy = this.copies.get(secret);
    return copy !== undefined && this.clock.now() < copy.freshUntil ? copy.session : undefined;
  }

  /** Remembers what the store has answered, unless a change was heard meanwhile: the answer may be older than that. */
  keep(secret: string, session: Session, { freshFor, mark, length }: CopyKeeping): void {
    if (mark !== this.changes || freshFor <= 0) return;
    this.drop(session.handle);
    const bytes = BYTES_OF_COPY + BYTES_PER_CHARACTER * length;
    this.makeRoom(bytes);
    if (this.bytes + bytes > this.maxBytes) return;
    // A text cut out of a header keeps all of the header alive.
    const ownSecret = Buffer.from(secret, 'latin1').toString('latin1');
    this.copies.set(ownSecret, { session, freshUntil: this.clock.now() + freshFor, bytes });
    this.secretsByHandle.set(session.handle, ownSecret);
    this.bytes += bytes;
  }

  /** A session has changed or ended; undefined: any may have. */
  changed(handle: string | undefined): void {
    this.changes++;
    if (handle !== undefined) return this.drop(handle);
    this.copies.clear();
    this.secretsByHandle.clear();
    this.bytes = 0;
  }

  /** The session of a secret has ended. */
  ended(secret: string): void {
    this.changes++;
    const copy = this.copies.get(secret);
    if (copy) this.drop(copy.session.handle);
  }

  private makeRoom(bytes: number): void {
    const now = this.clock.now();
    let looked = 0;
    for (const { session, freshUntil } of this.copies.values()) {
      const isOver = freshUntil <= now && looked++ < FEW;
      if (!isOver && this.bytes + bytes <= this.maxBytes) return;
      this.drop(session.handle);
    }
  }

  private drop(handle: string): void {
    const secret = this.secretsByHandle.get(handle);
    if (secret === undefined) return;
    this.bytes -= this.copies.get(secret)!.bytes;
    this.copies.delete(secret);
    this.secretsByHandle.delete(handle);
  }
}
