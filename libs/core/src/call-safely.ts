/**
 * Calls one of many listeners. What it throws is a mistake that must not keep the others from being called: it is
 * reported as an exception that nobody caught, as Node does for its own event targets.
 */
export function callSafely<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
