import { RequestContext, startTrace } from '@portico/core';
import { type Balancer, buildBalancer, buildUpstreams, defineUpstream, UpstreamInstance } from '@portico/upstream';
import { startChangingRegistry } from './changing-registry.ts';
import type { Curve, Measures } from './curve.ts';
import { longestTurn } from './longest-turn.ts';

const CALLERS = 16;
const PICKS = 2_000;
const POLICY = { zone: undefined, cookie: undefined, slowStart: 0, panicBelow: 0.5, key: 'address', boundedLoad: 1.25 };

/** What an instance of an upstream costs: while the list changes, while all fail, and for a call. */
export const curve: Curve = {
  name: 'instances',
  title: 'Instances of an upstream',
  unit: 'instances',
  points: [100, 1_000, 2_500, 5_000],
  bound:
    'An upstream has 10,000 instances at most; of a longer list the first by id are used, and a log line says so. Half of the list, of a Consul, is replaced each second. A turn of the event loop holds up everything else; the figure is the longest of 2.5 s, the least of three times that.',
  measure: async (count) => ({ ...(await pausesOf(count)), ...picksOf(count) }),
};

async function pausesOf(count: number): Promise<Measures> {
  const registry = await startChangingRegistry(count);
  const shop = defineUpstream('shop', {
    url: 'consul://shop',
    egress: ['127.0.0.0/8'],
    retry: false,
    breaker: false,
    bulkhead: false,
    ejection: { consecutiveFailures: 1, maxEjected: 1 },
  });
  const upstreams = buildUpstreams([shop], { CONSUL_URL: registry.url });
  upstreams.start();
  while (upstreams.unanswered().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const changing = await longestTurn();
  await registry.hold();
  const send = upstreams.send('shop');
  let isOver = false;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!isOver) await send({ method: 'GET', target: '/', headers: [] }, context()).catch(() => undefined);
  });
  const failing = await longestTurn();
  isOver = true;
  await Promise.all(callers);
  await upstreams.close();
  await registry.close();
  return { 'CPU ms of the longest turn, list changes': changing, 'CPU ms of the longest turn, all fail': failing };
}

function context(): RequestContext {
  const client = { address: '127.0.0.1', protocol: 'http', host: 'bench' } as const;
  return new RequestContext({ requestId: 'bench', client, trace: startTrace(), headers: {} });
}

function picksOf(count: number): Measures {
  const measures: Record<string, number> = {};
  for (const by of ['p2c', 'roundRobin', 'leastRequest', 'random', 'hash'] as const) {
    const balancer = buildBalancer('shop', { ...POLICY, by } as Parameters<typeof buildBalancer>[1], Math.random);
    const all = Array.from({ length: count }, (_, index) => instanceOf(index));
    balancer.update(all, all);
    measures[`µs a pick, ${by}`] = microseconds(balancer, []);
    measures[`µs a retry, ${by}`] = microseconds(balancer, all.slice(0, 1));
  }
  return measures;
}

/** One of the instances has nearly all the weight. */
function instanceOf(index: number): UpstreamInstance {
  const id = `shop-${String(index).padStart(5, '0')}`;
  const weight = index === 0 ? 65_535 : 1;
  const rest = { serverName: undefined, priority: 0, zone: undefined, tags: [], healthy: true, withdrawn: undefined };
  const description = { id, protocol: 'http', host: '127.0.0.1', port: 1, weight, ...rest } as const;
  const made = new UpstreamInstance(description, () => Promise.reject(new Error('never called')), -Infinity);
  made.weight = weight;
  return made;
}

function microseconds(balancer: Balancer, avoid: readonly UpstreamInstance[]): number {
  const request = { method: 'GET', target: '/', headers: [], ...(avoid.length > 0 && { avoid: [...avoid] }) };
  const ctx = context();
  const pick = (): void => void balancer.choose(request, ctx, 0);
  for (let i = 0; i < PICKS; i++) pick();
  const { user: before } = process.cpuUsage();
  for (let i = 0; i < PICKS; i++) pick();
  return (process.cpuUsage().user - before) / PICKS;
}
