import { randomUUID } from 'node:crypto';
import {
  eventually,
  type FaultProxy,
  httpRequest,
  reply,
  requireService,
  startFakeUpstream,
  startFaultProxy,
} from '@portico/testing';
import { Egress, type InstanceSource, openRegistration, openSource } from '../index.ts';

const EGRESS = new Egress(['10.0.0.0/8', '127.0.0.0/8', 'fd00::/8']);
const agent = requireService('CONSUL_URL');

async function put(path: string, body?: object): Promise<void> {
  const { status, text } = await httpRequest(`${agent}/v1/agent/${path}`, {
    method: 'PUT',
    ...(body && { body: JSON.stringify(body) }),
  });
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
}

describe('a real Consul', () => {
  let name: string;
  let source: InstanceSource;
  let proxy: FaultProxy | undefined;
  const registered = new Set<string>();

  beforeEach(() => {
    name = `cart-${randomUUID().slice(0, 8)}`;
  });

  afterEach(async () => {
    source.close();
    for (const id of registered) await put(`service/deregister/${id}`);
    registered.clear();
    await proxy?.close();
    proxy = undefined;
  });

  /** Registers instance `number` with a check that a test sets. */
  async function register(number: number, more: object = {}): Promise<void> {
    const id = `${name}-${number}`;
    const check = { CheckID: `${id}-check`, TTL: '1h', Status: 'passing' };
    await put('service/register', {
      ...{ ID: id, Name: name, Address: `10.0.0.${number}`, Port: 8000 + number, Check: check },
      ...more,
    });
    registered.add(id);
  }

  async function deregister(number: number): Promise<void> {
    await put(`service/deregister/${name}-${number}`);
    registered.delete(`${name}-${number}`);
  }

  function open(query = '', url = agent): InstanceSource {
    source = openSource(`consul://${name}${query}`, {
      upstream: 'cart',
      egress: EGRESS,
      environment: { CONSUL_URL: url },
    });
    source.start();
    return source;
  }

  function hosts(): string {
    return source.instances.map(({ host, healthy }) => `${host}${healthy ? '' : ' unhealthy'}`).join(', ');
  }

  it('lists what is registered, with address, weight, zone and tags', async () => {
    await register(1, { Tags: ['v1', 'blue'], Meta: { zone: 'eu-1a' }, Weights: { Passing: 5, Warning: 1 } });
    await register(2, { Address: '' });
    await register(3, { Address: 'fd00::7' });
    open();
    await eventually(() => source.instances.length === 3, 10_000);
    const rest = { protocol: 'http', serverName: undefined, healthy: true };
    expect(source.instances).toMatchObject([
      { ...rest, host: '10.0.0.1', port: 8001, weight: 5, zone: 'eu-1a', tags: ['v1', 'blue'] },
      { ...rest, host: '127.0.0.1', port: 8002, weight: 1, zone: undefined, tags: [] },
      { ...rest, host: 'fd00::7', port: 8003, weight: 1, zone: undefined, tags: [] },
    ]);
    expect(source.status.state).toBe('fresh');
  });

  it('shows every change in less than a second: another one, a critical check, maintenance, one that left', async () => {
    await register(1);
    open();
    await eventually(() => hosts() === '10.0.0.1', 10_000);
    const steps: [() => Promise<void>, string][] = [
      [() => register(2), '10.0.0.1, 10.0.0.2'],
      [() => put(`check/fail/${name}-1-check`), '10.0.0.1 unhealthy, 10.0.0.2'],
      [() => put(`check/warn/${name}-1-check`), '10.0.0.1, 10.0.0.2'],
      [() => put(`service/maintenance/${name}-2?enable=true`), '10.0.0.1, 10.0.0.2 unhealthy'],
      [() => put(`service/maintenance/${name}-2?enable=false`), '10.0.0.1, 10.0.0.2'],
      [() => deregister(1), '10.0.0.2'],
    ];
    for (const [change, expected] of steps) {
      await change();
      await eventually(() => hosts() === expected, 1_000);
    }
  });

  it('lists only those that have all the tags', async () => {
    await register(1, { Tags: ['v1', 'blue'] });
    await register(2, { Tags: ['v1'] });
    await register(3, { Tags: ['blue'] });
    open('?tag=v1&tag=blue&dc=dc1');
    await eventually(() => hosts() === '10.0.0.1', 10_000);
    await register(2, { Tags: ['blue', 'v1', 'new'] });
    await eventually(() => hosts() === '10.0.0.1, 10.0.0.2', 1_000);
  });

  it('case 96: keeps the last instance that left for a while, and takes the next one at once', async () => {
    await register(1);
    open();
    await eventually(() => hosts() === '10.0.0.1', 10_000);
    await deregister(1);
    await eventually(() => source.status.age! < 50, 5_000);
    expect(hosts()).toBe('10.0.0.1');
    await register(2);
    await eventually(() => hosts() === '10.0.0.2', 1_000);
  });

  it('case 96: keeps the list while the agent is away and catches up with what it missed', async () => {
    proxy = await startFaultProxy(Number(new URL(agent).port));
    await register(1);
    open('', proxy.url);
    await eventually(() => hosts() === '10.0.0.1', 10_000);
    await proxy.use({ refused: true });
    await eventually(() => source.status.state === 'stale', 5_000);
    await register(2);
    expect(hosts()).toBe('10.0.0.1');
    expect(source.status.failure).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await proxy.use({});
    await eventually(() => hosts() === '10.0.0.1, 10.0.0.2', 10_000);
    expect(source.status.state).toBe('fresh');
  });

  it('case 96: a datacenter that is not there is a failure in words', async () => {
    open('?dc=nowhere');
    await eventually(() => source.status.failure, 5_000);
    expect(source.status).toEqual({
      state: 'starting',
      age: undefined,
      failure: 'Consul answered 500: No path to datacenter',
    });
  });

  it('registers a BFF that its check then finds ready, and takes it away', async () => {
    const bff = await startFakeUpstream({ '/health/ready': reply() });
    open();
    const environment = { REGISTER: 'consul', CONSUL_URL: agent };
    const registration = openRegistration({ name, host: '127.0.0.1', port: bff.port, environment })!;
    await registration.start();
    await eventually(() => source.instances.length === 1, 5_000);
    expect(hosts()).toBe('127.0.0.1 unhealthy');
    // The agent makes its first check at a moment of its own choosing within the interval.
    await eventually(() => source.instances[0]!.healthy, 15_000);
    expect(bff.requests[0]).toMatchObject({ method: 'GET', url: '/health/ready' });
    bff.use({ '/health/ready': reply({ status: 503 }) });
    await eventually(() => !source.instances[0]!.healthy, 15_000);
    await registration.close();
    const { text } = await httpRequest(`${agent}/v1/health/service/${name}`);
    expect(JSON.parse(text)).toEqual([]);
    await bff.close();
  }, 60_000);
});
