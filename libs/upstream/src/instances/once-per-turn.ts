/** Does work when it is asked for, but only once in a turn of the event loop: what is asked for meanwhile is done in the next turn. */
export class OncePerTurn {
  private turn: NodeJS.Immediate | undefined;
  private isAsked = false;

  constructor(private readonly work: () => void) {}

  /** At once, or in the next turn when it was done in this one. */
  ask(): void {
    if (this.turn) this.isAsked = true;
    else this.now();
  }

  /** At once in any case. */
  now(): void {
    this.isAsked = false;
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      if (this.isAsked) this.now();
    });
    this.work();
  }

  /** Does what is asked for no more. */
  close(): void {
    clearImmediate(this.turn);
    this.turn = undefined;
    this.isAsked = false;
  }
}
