const ROUNDS = 7;
const TIMES = 8;
/** Microseconds of CPU that are far above all noise: one more round is enough once the code is warm. */
const CLEAR = 20_000;
/** Added to both times, in microseconds of CPU: below it a difference is noise. */
const NOISE = 100;

/** Something whose time is measured, with its input made beforehand. */
export interface Growing<Input> {
  /** An input of a size. */
  readonly make: (size: number) => Input;
  readonly work: (input: Input) => unknown;
}

/**
 * How an input of eight times the size compares with eight inputs of the size, in time of the CPU, so that neither the machine's
 * speed nor what else it does counts: about 1 when time grows with the size, 8 when it grows with its square, 1/8 when it does not grow.
 *
 * @param size of the smaller input: large enough that the square of it would take milliseconds
 */
export function growthOf<Input>({ make, work }: Growing<Input>, size: number): number {
  let [least, most] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const many = Array.from({ length: TIMES }, () => make(size));
    least = Math.min(least, timeOf(many, work));
    most = Math.min(most, timeOf([make(TIMES * size)], work));
    if (round > 0 && least > CLEAR) break;
  }
  return (most + NOISE) / (least + NOISE);
}

function timeOf<Input>(inputs: readonly Input[], work: (input: Input) => unknown): number {
  const before = process.cpuUsage();
  for (const input of inputs) work(input);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
