import { setImmediate as turn } from 'node:timers/promises';

const LATER = Symbol('later');

/**
 * What a promise comes to within one turn of the event loop: without a timer, a connection or another process to wait for.
 *
 * @throws Error when it is still pending then, and what it rejects with
 */
export async function withinATurn<T>(promise: Promise<T>): Promise<T> {
  const first = await Promise.race([promise, turn(LATER)]);
  if (first === LATER) throw new Error('it did not come to an end within one turn of the event loop');
  return first as T;
}
