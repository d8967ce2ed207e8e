/** A call that has its turn when a connection may be used for it. */
export interface Caller {
  /** Its turn has come. */
  go(): void;
}

/**
 * Shares out the connections to one instance. Calls beyond the limit wait here and not in undici, so that it is known that they
 * wait for other calls and not for the instance. Calls that last have connections of their own, beside the limit: whoever
 * lets one begin bounds their number.
 */
export class ConnectionPlaces {
  private taken = 0;
  private long = 0;
  /**
   * First come, first served. Not a `Set`: V8 lets each table that one outgrows hold the next until a full collection, which cost
   * 12 of 68 microseconds a call and 95 MB while calls waited.
   */
  private readonly queue: Caller[] = [];
  private whenEmpty: (() => void) | undefined;

  /**
   * @param limit calls at one time that do not last
   * @param resize told how many connections there may be, whenever that changes
   */
  constructor(
    private readonly limit: number,
    private readonly resize: (connections: number) => void,
  ) {}

  /** Connections that there may be now. */
  get connections(): number {
    return this.limit + this.long;
  }

  /** Whether so many of the connections are in use that those that last should make room. */
  get areScarce(): boolean {
    return this.taken > this.limit / 4;
  }

  /** True: its turn has come. False: it waits, and `go` is called. Each caller must leave once. */
  enter(caller: Caller): boolean {
    if (this.taken < this.limit) {
      this.taken++;
      return true;
    }
    this.queue.push(caller);
    return false;
  }

  /** Ends the call of a caller, or its wait. */
  leave(caller: Caller): void {
    const { queue } = this;
    if (queue.length === 0) {
      this.taken--;
      return;
    }
    const index = queue.indexOf(caller);
    if (index >= 0) queue.splice(index, 1);
    else queue.shift()!.go();
    if (queue.length === 0) this.whenEmpty?.();
  }

  /** Resolves once nobody waits for a turn any more. */
  async empty(): Promise<void> {
    if (this.queue.length > 0) await new Promise<void>((resolve) => (this.whenEmpty = resolve));
  }

  /** A call that lasts begins. */
  enterLong(): void {
    this.long++;
    this.resize(this.connections);
  }

  /** A call that lasted has ended. */
  leaveLong(): void {
    this.long--;
    this.resize(this.connections);
  }
}
