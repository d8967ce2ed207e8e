interface Event {
  readonly at: number;
  /** Events of the same moment happen in the order in which they were planned. */
  readonly order: number;
  readonly happen: () => void;
}

/** Simulated time: jumps from one event to the next. A binary heap, since a run has hundreds of thousands of them. */
export class EventQueue {
  /** Simulated milliseconds since the start. */
  now = 0;
  private readonly heap: Event[] = [];
  private planned = 0;

  /** Plans an event, `delay` milliseconds from now. */
  after(delay: number, happen: () => void): void {
    const { heap } = this;
    let index = heap.push({ at: this.now + delay, order: this.planned++, happen }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index]!, heap[parent]!)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** Lets all events happen, also those that they plan. */
  run(): void {
    for (let event = this.next(); event; event = this.next()) {
      this.now = event.at;
      event.happen();
    }
  }

  private next(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    heap[0] = last;
    for (let index = 0; ;) {
      const child = this.earlierChild(index);
      if (child === undefined || !isBefore(heap[child]!, heap[index]!)) return first;
      this.swap(index, child);
      index = child;
    }
  }

  private earlierChild(index: number): number | undefined {
    const left = 2 * index + 1;
    if (left >= this.heap.length) return undefined;
    const right = left + 1;
    return right < this.heap.length && isBefore(this.heap[right]!, this.heap[left]!) ? right : left;
  }

  private swap(one: number, other: number): void {
    const held = this.heap[one]!;
    this.heap[one] = this.heap[other]!;
    this.heap[other] = held;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
