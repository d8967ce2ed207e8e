import { recordedHealth } from '../../test/consul/fake-consul.ts';
import { parseHealth } from './parse-health.ts';

describe('an answer of /v1/health/service', () => {
  it('gives every instance with its weight, zone and tags', async () => {
    expect((await parseHealth(recordedHealth(), 'http'))[0]).toEqual({
      id: 'portico-8500/cart-1/10.0.0.5:8080',
      protocol: 'http',
      host: '10.0.0.5',
      port: 8080,
      weight: 10,
      zone: 'eu-1a',
      tags: ['v1', 'blue'],
      healthy: true,
    });
  });

  it('a critical instance and one in maintenance are unhealthy, passing and warning ones are healthy', async () => {
    const healthy = (await parseHealth(recordedHealth(), 'http')).map(({ id, healthy }) => [
      id!.split('/')[1],
      healthy,
    ]);
    expect(healthy).toEqual([
      ['cart-1', true],
      ['cart-2', true],
      ['cart-3', false],
      ['cart-4', false],
    ]);
  });

  it('an instance in maintenance, of the service or of its node, is withdrawn, and a critical one is not', async () => {
    const withdrawn = async (): Promise<unknown[]> => (await parseHealth(entries, 'http')).map((one) => one.withdrawn);
    const entries = recordedHealth();
    expect(await withdrawn()).toEqual([undefined, undefined, undefined, 'maintenance']);
    const node = entries[0]!.Checks.find((check) => 'CheckID' in check && check.CheckID === 'serfHealth')!;
    Object.assign(node, { CheckID: '_node_maintenance', Status: 'critical' });
    expect((await withdrawn())[0]).toBe('maintenance');
    Object.assign(node, { Status: 'passing' });
    expect((await withdrawn())[0]).toBeUndefined();
  });

  it('a passing service on a node whose own check is critical is unhealthy', async () => {
    const [entry] = recordedHealth();
    entry.Checks.find((check) => 'CheckID' in check && check.CheckID === 'serfHealth')!.Status = 'critical';
    expect((await parseHealth([entry], 'http'))[0]!.healthy).toBe(false);
  });

  it('takes a check with a status that is none for unhealthy, and an instance without checks for healthy', async () => {
    const [unknown, unchecked] = recordedHealth();
    unknown.Checks[0]!.Status = 'dunno';
    const entries = [unknown, { ...unchecked, Checks: null }];
    expect((await parseHealth(entries, 'http')).map(({ healthy }) => healthy)).toEqual([false, true]);
  });

  it('takes the address of the node when that of the service is empty', async () => {
    const [, second] = await parseHealth(recordedHealth(), 'http');
    expect(second).toMatchObject({ host: '127.0.0.1', port: 8081, id: 'portico-8500/cart-2/127.0.0.1:8081' });
  });

  it('knows IPv6 addresses', async () => {
    expect((await parseHealth(recordedHealth(), 'http'))[2]).toMatchObject({ host: 'fd00::7', port: 8080 });
  });

  it('weighs an instance that warns with the weight for that', async () => {
    const [, warning] = recordedHealth();
    warning.Service.Weights = { Passing: 10, Warning: 2 };
    expect((await parseHealth([warning], 'http'))[0]!.weight).toBe(2);
    warning.Checks.forEach((check) => (check.Status = 'passing'));
    expect((await parseHealth([warning], 'http'))[0]!.weight).toBe(10);
  });

  it('takes the zone of the locality, then of the service, then of the node', async () => {
    const [entry] = recordedHealth();
    entry.Node.Meta = { zone: 'of-node' };
    const zoneOf = async () => (await parseHealth([entry], 'http'))[0]!.zone;
    entry.Service.Locality = { Region: 'eu', Zone: 'of-locality' };
    expect(await zoneOf()).toBe('of-locality');
    entry.Service.Locality = null;
    expect(await zoneOf()).toBe('eu-1a');
    entry.Service.Meta = {};
    expect(await zoneOf()).toBe('of-node');
    entry.Node.Meta = null;
    expect(await zoneOf()).toBeUndefined();
  });

  it('gives a service id that moved to another address another id', async () => {
    const [entry] = recordedHealth();
    const [before] = await parseHealth([entry], 'http');
    entry.Service.Port = 9090;
    expect((await parseHealth([entry], 'http'))[0]!.id).not.toBe(before!.id);
  });

  it.each([
    ['an object', { Node: {} }, 'body: '],
    ['text', '<html>', 'body: '],
    ['null', null, 'body: '],
    ['an entry without a service', [recordedHealth()[0], { Node: { Node: 'a' } }], '1.Service: '],
    ['a port in text', [{ Node: { Node: 'a' }, Service: { ID: 'b', Port: '80' } }], '0.Service.Port: '],
  ])('refuses %s, naming the place', async (_what, body, place) => {
    await expect(parseHealth(body, 'http')).rejects.toThrow(`its answer is no list of instances: ${place}`);
  });

  it('of thousands is read in slices, and refused as a whole for one entry', async () => {
    const [entry] = recordedHealth();
    let turns = 0;
    const count = (): void => {
      turns++;
      turn = setImmediate(count);
    };
    let turn = setImmediate(count);
    const entries: unknown[] = Array.from({ length: 1_500 }, () => entry);
    expect(await parseHealth(entries, 'http')).toHaveLength(1_500);
    expect(turns).toBeGreaterThanOrEqual(5);
    await expect(parseHealth([...entries, {}], 'http')).rejects.toThrow('1500.Node: ');
    clearImmediate(turn);
  });
});
