import Avvio from 'avvio';

/** What Avvio, which starts Fastify, is asked for here. */
interface Starter {
  once(event: string, listener: () => void): this;
  setMaxListeners(count: number): this;
}

/** Avvio tells the routes by it that all plugins are there. */
const START = 'preReady';

/**
 * Makes a Fastify instance that starts in time linear in its routes. Each of them waits for the start by a listener of its own, and
 * Node looks for each among all that are left to take it off: 27,000 took seconds. Here one listener runs them all, in their order.
 *
 * @param create calls `fastify()`, and nothing else
 */
export function withOneStartListener<T>(create: () => T): T {
  const starter = (Avvio as unknown as { readonly prototype: Starter }).prototype;
  const { setMaxListeners } = starter;
  // The first that it does for itself, and the only moment at which it can be got hold of.
  starter.setMaxListeners = function (this: Starter, count) {
    shareListener(this);
    return setMaxListeners.call(this, count) as Starter;
  };
  try {
    return create();
  } finally {
    Reflect.deleteProperty(starter, 'setMaxListeners');
  }
}

function shareListener(starter: Starter): void {
  const { once } = starter;
  const waiting: (() => void)[] = [];
  const startAll = (): void => {
    for (const listener of waiting.splice(0)) listener();
  };
  starter.once = function (event, listener) {
    if (event !== START) return once.call(this, event, listener) as Starter;
    if (waiting.push(listener) === 1) once.call(this, event, startAll);
    return this;
  };
}
