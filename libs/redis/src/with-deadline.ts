import { RedisError } from './redis-error.ts';

/**
 * The outcome of `work`, or a RedisError `timeout` after `milliseconds`. What is late all the same is dropped.
 *
 * A process that was busy finds its timers due before it has read its sockets: the answers that have arrived meanwhile are
 * looked at first.
 */
export function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new RedisError('timeout', `no answer within ${milliseconds} ms`));
    const timer = setTimeout(() => setImmediate(fail), milliseconds);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error as Error);
      },
    );
  });
}
