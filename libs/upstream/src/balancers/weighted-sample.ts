/**
 * Draws indices by weight in constant time (Vose's alias method, 1991): each index keeps its column or hands it to its alias.
 * Equal weights need one random number and no table.
 */
export class WeightedSample {
  private count = 0;
  private weights: readonly number[] = [];
  /** Sum of the weights before each index, and of all; made when it is needed. */
  private sums: Float64Array | undefined;
  private isEven = true;
  private keep = new Float64Array(0);
  private alias = new Uint32Array(0);

  /** @param random from 0 to below 1 */
  constructor(private readonly random: () => number) {}

  /** @param weights above 0 */
  update(weights: readonly number[]): void {
    this.count = weights.length;
    this.weights = weights;
    this.sums = undefined;
    this.isEven = weights.every((weight) => weight === weights[0]);
    if (!this.isEven) this.build(weights);
  }

  /** An index; 0 when there is none to draw. */
  draw(): number {
    const position = this.random() * this.count;
    const index = Math.floor(position);
    if (this.isEven) return index;
    return position - index < this.keep[index]! ? index : this.alias[index]!;
  }

  /**
   * An index by weight that is none of these, in logarithmic time but for the first after an update: a weight that is nearly all of
   * them would be drawn again and again.
   *
   * @param indices each once
   * @returns -1 when there is no other
   */
  drawWithout(indices: readonly number[]): number {
    if (indices.length >= this.count) return -1;
    const sums = (this.sums ??= sumsOf(this.weights));
    const sorted = [...indices].sort((one, other) => one - other);
    const left = sorted.reduce((sum, index) => sum - this.weights[index]!, sums[this.count]!);
    let position = this.random() * left;
    for (const index of sorted) if (position >= sums[index]!) position += this.weights[index]!;
    return this.nextOther(indexAt(sums, position), sorted);
  }

  /** Rounding may lead to one of those that are left out, or to the end: the nearest other one has the place. */
  private nextOther(found: number, left: readonly number[]): number {
    let index = Math.min(found, this.count - 1);
    while (index >= 0 && left.includes(index)) index--;
    if (index >= 0) return index;
    for (index = 0; left.includes(index);) index++;
    return index;
  }

  private build(weights: readonly number[]): void {
    const { count } = this;
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / count;
    const scaled = weights.map((weight) => weight / mean);
    this.keep = new Float64Array(count).fill(1);
    this.alias = new Uint32Array(count);
    const small = indicesOf(scaled, (share) => share < 1);
    const large = indicesOf(scaled, (share) => share >= 1);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.pop()!;
      this.keep[less] = scaled[less]!;
      this.alias[less] = more;
      scaled[more] = scaled[more]! + scaled[less]! - 1;
      (scaled[more]! < 1 ? small : large).push(more);
    }
  }
}

function indicesOf(values: readonly number[], test: (value: number) => boolean): number[] {
  return values.flatMap((value, index) => (test(value) ? [index] : []));
}

function sumsOf(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  for (let index = 0; index < weights.length; index++) sums[index + 1] = sums[index]! + weights[index]!;
  return sums;
}

/** The index whose part of the sum holds a position. */
function indexAt(sums: Float64Array, position: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sums[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}
