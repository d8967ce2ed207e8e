/** Why Redis gave no answer. Its text holds no key, no value and no address, so it may be logged. */
export class RedisError extends Error {
  override readonly name = 'RedisError';

  /**
   * @param kind `away`: there is no connection; `timeout`: it did not answer in time; `refused`: it answered with an error
   * @param reason one sentence
   */
  constructor(
    readonly kind: 'away' | 'timeout' | 'refused',
    reason: string,
  ) {
    super(reason);
  }
}

/** What a failure of the client's may be told as. Redis repeats arguments of commands that it does not know. */
export function reasonOf(error: unknown): string {
  const { message = '', code } = error as { message?: string; code?: string };
  return (message || code || 'no reason given').split(/,? with args/)[0]!.slice(0, 200);
}
