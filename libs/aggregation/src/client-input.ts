/** What may stand between the keys of a text such as `?codes=1,2`. */
const SEPARATOR = /[,;|\s]/;

/** The keys that a view's input may stand for: its numbers and texts, in pieces where they may be lists; empty for what is no key. */
function valuesOf(input: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof input === 'string') for (const piece of input.split(SEPARATOR)) found.add(piece);
  else if (typeof input === 'number') found.add(isLost(input) ? '' : String(input));
  else if (typeof input === 'object' && input !== null) for (const one of Object.values(input)) valuesOf(one, found);
  return found;
}

function isLost(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Whether the input holds what no call can be made of: an empty key, a number beyond 2^53. */
export function holdsWrongKey(input: unknown): boolean {
  return valuesOf(input).has('');
}

/** Whether the input names more than so many keys. */
export function holdsMoreKeys(input: unknown, most: number): boolean {
  return valuesOf(input).size > most;
}
