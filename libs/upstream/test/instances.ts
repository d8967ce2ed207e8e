import type { Instance } from '@portico/discovery';
import type { Gate } from '../src/gates/gate.ts';
import { UpstreamInstance } from '../src/instances/upstream-instance.ts';
import type { Send, UpstreamRequest } from '../src/send.ts';

/** An instance as a source describes it, at an address nobody answers at. */
export function description(id: string, overrides: Partial<Instance> = {}): Instance {
  const rest = {
    serverName: undefined,
    weight: 1,
    zone: undefined,
    tags: [],
    healthy: true,
    withdrawn: undefined,
    priority: 0,
  };
  return { id, protocol: 'http', host: '192.0.2.1', port: 4001, ...rest, ...overrides };
}

/** An instance at work that answers 200 to everything, there from the beginning, with the weight of its description. */
export function instance(id: string, overrides: Partial<Instance> = {}, send: Send = answer): UpstreamInstance {
  const made = new UpstreamInstance(description(id, overrides), send, -Infinity);
  made.weight = made.description.weight;
  return made;
}

/** `count` instances named a, b, c and so on. */
export function instances(count: number, overrides: Partial<Instance> = {}): UpstreamInstance[] {
  return Array.from({ length: count }, (_, index) => instance(String.fromCharCode(97 + index), overrides));
}

/** A GET that nothing was done for yet. */
export function get(overrides: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'GET', target: '/', headers: [], ...overrides };
}

const answer: Send = () => Promise.resolve({ status: 200, headers: [], body: { chunks: [], length: 0 } });

/** A gate that sends every attempt to one instance. */
export function gateTo(only: UpstreamInstance): Gate {
  return {
    enter: ({ request }) => {
      request.instance = only;
      return undefined;
    },
    answered: () => undefined,
    failed: () => undefined,
  };
}
