/**
 * Lets those who have taken long of the event loop go on one after the other, one in each of its turns: however many they are,
 * others wait for no more than one of them.
 */
export class OneAtATime {
  private readonly line: (() => void)[] = [];

  /** Calls `goOn` when its turn has come, never at once. */
  wait(goOn: () => void): void {
    if (this.line.push(goOn) === 1) setImmediate(this.next);
  }

  private readonly next = (): void => {
    const goOn = this.line.shift()!;
    if (this.line.length > 0) setImmediate(this.next);
    goOn();
  };
}
