/** What a started BFF offers a test; `runBff()` of `@portico/server` returns it. */
export interface StartedBff {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Starts a BFF on a free port with the given environment. The variables stand in `process.env` only while it starts;
 * starts that are asked for at the same time wait for each other.
 *
 * @param start calls `runBff()`; its error is thrown on
 * @param environment variables beside `PORT=0` and `DRAIN_DELAY=0`, for no balancer sends requests; `undefined` unsets one
 */
export function startBff<B extends StartedBff>(
  start: () => Promise<B>,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<B> {
  const started = turn.then(() => withEnvironment({ PORT: '0', DRAIN_DELAY: '0', ...environment }, start));
  turn = started.catch(() => undefined);
  return started;
}

async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(variables)) setVariable(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
