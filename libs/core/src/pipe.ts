/**
 * Puts stages around an innermost function. The first stage listed is the outermost: it sees a request first and its
 * answer last, so the list reads in the order of the calls.
 *
 * @param innermost what the last stage calls, for instance a transport
 * @param stages each takes the next function and returns one of the same shape
 */
export function pipe<F>(innermost: F, ...stages: ReadonlyArray<(next: F) => F>): F {
  return stages.reduceRight((next, stage) => stage(next), innermost);
}
