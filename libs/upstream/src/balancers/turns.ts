/**
 * Whose turn it is, by weight: an entry that had its turn comes again after 1/weight (earliest deadline first). Turns of a heavy
 * entry are spread among those of the others (`a b a c a`). Logarithmic in the number of entries, by a binary heap.
 */
export class Turns {
  private now = 0;
  private readonly heap: number[];
  private readonly deadlines: Float64Array;

  /**
   * @param weights above 0
   * @param firsts share of its own period, 0 to 1, after which each entry comes for the first time
   */
  constructor(
    private readonly weights: readonly number[],
    firsts: readonly number[],
  ) {
    this.deadlines = Float64Array.from(weights, (weight, index) => firsts[index]! / weight);
    this.heap = Array.from(weights, (_, index) => index);
    for (let index = (this.heap.length >> 1) - 1; index >= 0; index--) this.sink(index);
  }

  /** The share of its period that an entry still waits for its turn, 0 to 1: what `firsts` of other turns can begin with. */
  waits(index: number): number {
    return Math.min(1, Math.max(0, (this.deadlines[index]! - this.now) * this.weights[index]!));
  }

  /**
   * Takes the turn of the first entry that fits; entries before it keep theirs.
   *
   * @param fits default: every entry does
   * @returns its index, -1 when none fits
   */
  take(fits: (index: number) => boolean = isAny): number {
    const passed: number[] = [];
    let taken = -1;
    while (taken < 0 && this.heap.length > 0) {
      const index = this.pop();
      if (fits(index)) taken = index;
      else passed.push(index);
    }
    for (const index of passed) this.push(index);
    if (taken < 0) return -1;
    this.now = Math.max(this.now, this.deadlines[taken]!);
    this.deadlines[taken] = this.deadlines[taken]! + 1 / this.weights[taken]!;
    this.push(taken);
    return taken;
  }

  private push(entry: number): void {
    const { heap } = this;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(heap[index]!, heap[parent]!)) return;
      swap(heap, index, parent);
      index = parent;
    }
  }

  private pop(): number {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink(0);
    }
    return first;
  }

  private sink(from: number): void {
    const { heap } = this;
    for (let index = from; ;) {
      const left = 2 * index + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && this.isBefore(heap[right]!, heap[left]!) ? right : left;
      if (!this.isBefore(heap[child]!, heap[index]!)) return;
      swap(heap, index, child);
      index = child;
    }
  }

  /** By deadline, then by weight, then in the order of the list. */
  private isBefore(one: number, other: number): boolean {
    const difference = this.deadlines[one]! - this.deadlines[other]!;
    if (difference !== 0) return difference < 0;
    const heavier = this.weights[one]! - this.weights[other]!;
    return heavier === 0 ? one < other : heavier > 0;
  }
}

const isAny = (): boolean => true;

function swap(list: number[], one: number, other: number): void {
  const held = list[one]!;
  list[one] = list[other]!;
  list[other] = held;
}
