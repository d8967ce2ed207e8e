/**
 * Draws indices by weight in constant time (Vose's alias method, 1991): each index keeps its column or hands it to its alias.
 * Equal weights need one random number and no table.
 */
export class WeightedSample {
  private count = 0;
  private isEven = true;
  private keep = new Float64Array(0);
  private alias = new Uint32Array(0);

  /** @param random from 0 to below 1 */
  constructor(private readonly random: () => number) {}

  /** @param weights above 0 */
  update(weights: readonly number[]): void {
    this.count = weights.length;
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
