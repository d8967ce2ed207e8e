/** Something that is looked at once more when the turn of the event loop in which it began is over. */
export interface LookedAtLater {
  afterTurn(): void;
}

/**
 * Looks again after what arrived with this turn of the event loop was handled. Nearly every answer is complete by then, so that
 * whatever waits for the rest (a timer) is only wound up for the few that are not.
 */
export class AfterTurn {
  private waiting: LookedAtLater[] = [];

  /** Calls `afterTurn` of it once, soon. */
  add(one: LookedAtLater): void {
    if (this.waiting.push(one) === 1) setImmediate(this.look);
  }

  private readonly look = (): void => {
    const { waiting } = this;
    this.waiting = [];
    for (const one of waiting) one.afterTurn();
  };
}
