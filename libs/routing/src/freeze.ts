/** Freezes plain objects and lists all the way down; instances of classes (zod schemas of views) stay as they are. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
