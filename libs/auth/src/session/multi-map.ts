/** Several texts under one; names without any are not kept. */
export class MultiMap {
  private readonly sets = new Map<string, Set<string>>();

  get(name: string): Iterable<string> {
    return this.sets.get(name) ?? [];
  }

  count(name: string): number {
    return this.sets.get(name)?.size ?? 0;
  }

  add(name: string, value: string): void {
    const set = this.sets.get(name);
    if (set) set.add(value);
    else this.sets.set(name, new Set([value]));
  }

  delete(name: string, value: string): void {
    const set = this.sets.get(name);
    set?.delete(value);
    if (set?.size === 0) this.sets.delete(name);
  }
}
