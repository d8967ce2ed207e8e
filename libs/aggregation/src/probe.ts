import { CallSyntaxError } from '@portico/upstream';
import type { Ask } from './plan-types.ts';

const MOST_READS = 1_000;

/**
 * The upstream that a part calls, found at boot by a dry run: calls are data, so making one with a stand-in for the
 * input sends nothing. Undefined when the function needs real data to get that far; such a part is checked when it runs.
 */
export function probeUpstream(ask: Ask): string | undefined {
  const found = probeCall(ask);
  return found instanceof CallSyntaxError ? undefined : found;
}

/** The same, or what is wrong with how the call is written. */
export function probeCall(ask: Ask): string | CallSyntaxError | undefined {
  try {
    if (ask.kind === 'each') return ask.call('key').upstream;
    if (ask.kind === 'batch') return ask.call(['key']).upstream;
    const anything = standIn();
    return ask.call(anything, anything).upstream;
  } catch (error) {
    return error instanceof CallSyntaxError ? error : undefined;
  }
}

/** Something that has every property, can be called, and reads as text; it gives up on code that never stops reading. */
function standIn(): unknown {
  let reads = 0;
  const read = (_: unknown, property: string | symbol): unknown => {
    if (++reads > MOST_READS) throw new RangeError('the stand-in was read too often');
    if (property === Symbol.toPrimitive) return () => 'key';
    if (property === Symbol.iterator) return () => [][Symbol.iterator]();
    return anything;
  };
  const anything: unknown = new Proxy(() => undefined, { get: read, apply: () => anything });
  return anything;
}
