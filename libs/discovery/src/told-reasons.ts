/** Reasons of one outage that are told; what changes more often than that is a text with a number in it. */
const MOST = 10;

/** Which reasons of an outage were told: each is told once, also when two of them take turns. */
export class ToldReasons {
  private readonly told = new Set<string>();

  /** Whether this one should be told, which it counts as from then on. */
  isNews(reason: string): boolean {
    if (this.told.has(reason) || this.told.size >= MOST) return false;
    this.told.add(reason);
    return true;
  }

  /** The outage is over. */
  clear(): void {
    this.told.clear();
  }
}
