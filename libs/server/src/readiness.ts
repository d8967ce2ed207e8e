/** Why this process should get no new requests at the moment. Others may add their own reasons, under their own names. */
export class Readiness {
  private readonly named = new Set<string>(['starting']);

  /** The reasons in the order they came; none means ready. */
  get reasons(): readonly string[] {
    return [...this.named];
  }

  /** Takes the process out of service until `remove` is called with the same name. */
  add(reason: string): void {
    this.named.add(reason);
  }

  /** Harmless when the reason is not there. */
  remove(reason: string): void {
    this.named.delete(reason);
  }
}
