/** Items of one turn: with some 10 microseconds each they hold up others for a few milliseconds. */
const SLICE = 250;

/**
 * Does `work` for each item of a list, at most 250 in one turn of the event loop, so that a long list holds up nothing else. A short
 * one is done when this returns.
 *
 * @param work must not throw: in a later turn nobody would hear of it
 * @param done called once, after the last item, in its turn
 * @returns gives up what is left; `done` is not called then
 */
export function inSlices<T>(items: readonly T[], work: (item: T) => void, done: () => void): () => void {
  let next = 0;
  let turn: NodeJS.Immediate | undefined;
  const go = (): void => {
    const end = Math.min(next + SLICE, items.length);
    while (next < end) work(items[next++]!);
    if (next < items.length) turn = setImmediate(go);
    else done();
  };
  go();
  return () => clearImmediate(turn);
}
