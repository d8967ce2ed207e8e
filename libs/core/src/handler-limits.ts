/** The limits of a controller's method: time for the whole request, and bytes of its body. */
export interface HandlerLimits {
  /** Milliseconds for the whole request, the body of the response included. */
  readonly timeout: number;
  /** Bytes of the largest request body. */
  readonly maxBodyBytes: number;
}

/** Longest timeout, 1 hour, as for a row of the route table. */
const MOST_TIMEOUT = 3_600_000;

/** Largest body that a controller can ask for, in bytes: it is held in memory whole. 16 MiB. */
const MOST_HANDLER_BODY = 16 * 1024 ** 2;

const TIMEOUT = Symbol('portico.timeout');
const MAX_BODY = Symbol('portico.max-body');

interface Stated {
  readonly [TIMEOUT]?: number;
  readonly [MAX_BODY]?: number;
}

/** Fits a controller and its methods, and nothing else: on a property or an accessor it does not compile. */
export interface LimitDecorator {
  (controller: abstract new (...args: never[]) => object): void;
  <M extends (...args: never[]) => unknown>(
    prototype: object,
    name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void;
}

/**
 * Decorator of a controller, or of one method of it, which then counts: the time for the whole request. After it the client gets 504
 * and the signal that the handler was given (`@Signal()`) aborts.
 *
 * @param milliseconds whole, from 1 to 3,600,000; another value stops the start of the BFF
 */
export function Timeout(milliseconds: number): LimitDecorator {
  return state(TIMEOUT, milliseconds);
}

/**
 * Decorator of a controller, or of one method of it, which then counts: the largest request body.
 *
 * @param bytes whole, from 0 to 16,777,216; another value stops the start of the BFF
 */
export function MaxBody(bytes: number): LimitDecorator {
  return state(MAX_BODY, bytes);
}

function state(name: keyof Stated, value: number): LimitDecorator {
  return (target: object, _name?: string | symbol, method?: { readonly value?: unknown }): void => {
    Object.defineProperty(method?.value ?? target, name, { value, configurable: true });
  };
}

/**
 * The limits that decorators state.
 *
 * @param from whose: the method, then its controller, which has those of the classes that it extends; the first that states a limit counts
 */
export function statedLimits(...from: readonly object[]): Partial<HandlerLimits> {
  const timeouts = from.find((stated): stated is Stated => TIMEOUT in stated);
  const bodies = from.find((stated): stated is Stated => MAX_BODY in stated);
  return { ...(timeouts && { timeout: timeouts[TIMEOUT]! }), ...(bodies && { maxBodyBytes: bodies[MAX_BODY]! }) };
}

/** The problems of limits, in sentences that begin with the field. */
export function limitProblems(limits: Partial<HandlerLimits>): readonly string[] {
  return Object.entries(limits).flatMap(([name, value]) => {
    if (name === 'timeout')
      return isWhole(value, 1, MOST_TIMEOUT) ? [] : [`timeout must be whole milliseconds from 1 to ${MOST_TIMEOUT}`];
    if (name !== 'maxBodyBytes') return [`"${name}" is no limit; there are timeout and maxBodyBytes`];
    return isWhole(value, 0, MOST_HANDLER_BODY)
      ? []
      : [`maxBodyBytes must be whole bytes from 0 to ${MOST_HANDLER_BODY}`];
  });
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
