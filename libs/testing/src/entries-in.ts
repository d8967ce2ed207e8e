/**
 * Counts what an object holds: the entries of every map, set and list that its fields lead to, private ones included. The
 * difference of two counts is what was left behind between them, whichever collection it was left in.
 *
 * @param root its functions are not looked into: what only a closure holds is not counted
 */
export function entriesIn(root: object): number {
  const seen = new Set<object>([root]);
  let entries = 0;
  // A set goes on to what is added while it is walked through.
  for (const one of seen) {
    const held = heldBy(one);
    if (Array.isArray(one) || one instanceof Map || one instanceof Set) entries += sizeOf(one);
    for (const value of held) if (typeof value === 'object' && value !== null) seen.add(value);
  }
  return entries;
}

function sizeOf(collection: readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number {
  return 'size' in collection ? collection.size : collection.length;
}

function heldBy(one: object): Iterable<unknown> {
  if (ArrayBuffer.isView(one)) return [];
  if (one instanceof Map) return [...one.keys(), ...one.values()];
  if (one instanceof Set || Array.isArray(one)) return one;
  return Object.values(one);
}
