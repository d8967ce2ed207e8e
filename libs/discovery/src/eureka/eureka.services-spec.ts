import { randomBytes } from 'node:crypto';
import { eventually, requireService, startFaultProxy } from '@portico/testing';
import { systemClock } from '@portico/core';
import { post, realInstance, tell } from '../../test/eureka/real-eureka.ts';
import { Egress } from '../egress.ts';
import type { InstanceSource } from '../instance-source.ts';
import type { Registration } from '../registration.ts';
import { appHash } from './app-hash.ts';
import { EurekaPeers } from './eureka-peers.ts';
import { registerEureka } from './eureka-registration.ts';
import { readPeers } from './eureka-settings.ts';
import { openEureka } from './eureka-source.ts';
import { RegistryFetch } from './registry-fetch.ts';

/** Milliseconds; replication and eviction take a second or two on an idle machine. */
const SOON = 40_000;
const TEST_TIMEOUT = 120_000;

function twoPeers(): [first: string, second: string] {
  const [first, second] = readPeers({ EUREKA_URL: requireService('EUREKA_URL') });
  if (first === undefined || second === undefined) {
    throw new Error(
      'EUREKA_URL must name two peers that replicate to each other, separated by a comma: ' +
        'http://127.0.0.1:8761/eureka,http://127.0.0.1:8762/eureka',
    );
  }
  return [first, second];
}

describe('against two real Eureka peers', () => {
  const [first, second] = twoPeers();
  let app: string;
  let sources: InstanceSource[];
  let registrations: Registration[];
  let posted: [peer: string, path: string][];
  beforeEach(() => {
    app = `PORTICO-${randomBytes(6).toString('hex').toUpperCase()}`;
    sources = [];
    registrations = [];
    posted = [];
  });
  afterEach(async () => {
    for (const source of sources) source.close();
    await Promise.all(registrations.map((registration) => registration.close()));
    for (const [peer, path] of posted) await tell(peer, 'DELETE', path).catch(() => undefined);
  });

  function open(...peers: string[]): InstanceSource {
    const environment = { EUREKA_URL: peers.join() };
    const egress = new Egress(['127.0.0.0/8']);
    const source = openEureka(new URL(`eureka://${app}?interval=200`), { upstream: 'u', egress, environment });
    sources.push(source);
    source.start();
    return source;
  }

  async function register(port: number, ...peers: string[]): Promise<Registration> {
    const environment = { EUREKA_URL: peers.join() };
    const registration = registerEureka({ name: app, host: '127.0.0.1', port, environment, renewalInterval: 1 });
    registrations.push(registration);
    await registration.start();
    return registration;
  }

  async function postTo(peer: string, id: string, more?: Readonly<Record<string, unknown>>): Promise<void> {
    posted.push([peer, `apps/${app}/${id}`]);
    await post(peer, realInstance(app, id, more));
  }

  const pathOf = (port: number): string => `apps/${app}/127.0.0.1%3A${app}%3A${port}`;
  const portsOf = (source: InstanceSource): string => source.instances.map(({ port }) => port).join();
  const healthOf = (source: InstanceSource, at: number): boolean | undefined =>
    source.instances.find(({ port }) => port === at)?.healthy;

  it(
    'case 97: what is registered with one is seen through the other, until it is cancelled',
    async () => {
      const source = open(second);
      const leaving = await register(4001, first);
      await register(4002, first);
      await eventually(() => portsOf(source) === '4001,4002', SOON);
      expect(source.instances[0]).toMatchObject({ host: '127.0.0.1', protocol: 'http', healthy: true });
      await leaving.close();
      await eventually(() => portsOf(source) === '4002', SOON);
      expect(source.status.state).toBe('fresh');
    },
    TEST_TIMEOUT,
  );

  it(
    'case 97: an instance that is overridden to OUT_OF_SERVICE is not healthy, also when it registers anew',
    async () => {
      const source = open(second);
      await register(4001, first);
      await eventually(() => healthOf(source, 4001) === true, SOON);
      await tell(first, 'PUT', `${pathOf(4001)}/status?value=OUT_OF_SERVICE`);
      await eventually(() => healthOf(source, 4001) === false, SOON);
      await register(4001, first);
      await register(4002, first);
      await eventually(() => healthOf(source, 4002) === true, SOON);
      expect(healthOf(source, 4001)).toBe(false);
      await tell(first, 'DELETE', `${pathOf(4001)}/status?value=UP`);
      await eventually(() => healthOf(source, 4001) === true, SOON);
    },
    TEST_TIMEOUT,
  );

  it(
    'case 97: registers again when the server has forgotten it',
    async () => {
      const source = open(first);
      await register(4001, first);
      await register(4002, first);
      await eventually(() => portsOf(source) === '4001,4002', SOON);
      await tell(first, 'DELETE', pathOf(4001));
      // Whoever sees 4003 sees what was after the deletion.
      await register(4003, first);
      await eventually(() => portsOf(source) === '4001,4002,4003', SOON);
    },
    TEST_TIMEOUT,
  );

  it(
    'case 97: an instance that stops renewing is given up when its lease has run out',
    async () => {
      const source = open(first);
      await register(4002, first);
      await postTo(first, 'mortal', { leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 2 } });
      await eventually(() => portsOf(source) === '4002,4001', SOON);
      await eventually(() => portsOf(source) === '4002', SOON);
    },
    TEST_TIMEOUT,
  );

  it(
    'case 97: with one peer cut off, source and registration go on with the other',
    async () => {
      const proxy = await startFaultProxy(Number(new URL(first).port));
      const cut = `${proxy.url}${new URL(first).pathname}`;
      try {
        const source = open(cut, second);
        await register(4001, cut, second);
        await eventually(() => portsOf(source) === '4001', SOON);
        await proxy.use({ refused: true });
        await register(4002, cut, second);
        await eventually(() => portsOf(source) === '4001,4002', SOON);
        await eventually(() => source.status.state === 'fresh' && source.status.age! < 5_000, SOON);
        // It renews with the other one, so it learns there that it was deleted.
        await tell(second, 'DELETE', pathOf(4001));
        await register(4003, second);
        await eventually(() => portsOf(source) === '4001,4002,4003', SOON);
      } finally {
        await proxy.close();
      }
    },
    TEST_TIMEOUT,
  );

  it(
    'case 97: deltas and their hash agree with the whole registry over a series of changes',
    async () => {
      const { signal } = new AbortController();
      const peers = new EurekaPeers([first]);
      const asked = jest.spyOn(peers, 'ask');
      const byDelta = new RegistryFetch(peers, systemClock);
      const own = async (fetch: RegistryFetch): Promise<string[]> =>
        [...(await fetch.next(signal)).values()]
          .filter((instance) => instance.app === app)
          .map((instance) => JSON.stringify(instance))
          .sort();
      const change = async (step: number): Promise<void> => {
        const id = `i${(step * 7) % 5}`;
        const known = (await own(byDelta)).some((text) => text.includes(`"${id}"`));
        if (!known || step % 4 === 0)
          return postTo(first, id, { status: step % 3 ? 'UP' : 'DOWN', metadata: { step } });
        if (step % 4 === 1) return tell(first, 'DELETE', `apps/${app}/${id}`);
        const status = step % 4 === 2 ? 'OUT_OF_SERVICE' : 'UP';
        return tell(first, 'PUT', `apps/${app}/${id}/status?value=${status}`);
      };
      const seen: string[] = [];
      for (let step = 0; step < 40; step++) {
        await change(step);
        const instances = await own(byDelta);
        expect(instances).toEqual(await own(new RegistryFetch(new EurekaPeers([first]), systemClock)));
        seen.push(appHash(instances.map((text) => JSON.parse(text) as { status: string })));
      }
      // The series passed through many states, and a delta led to nearly all of them.
      expect(new Set(seen).size).toBeGreaterThan(8);
      const wholes = asked.mock.calls.filter(([{ path }]) => path === 'apps').length;
      expect(wholes).toBeLessThan(10);
      expect(asked.mock.calls.length).toBeGreaterThanOrEqual(80);
    },
    TEST_TIMEOUT,
  );
});
