import { setTimeout as pause } from 'node:timers/promises';
import { eventually, FakeClock } from '@portico/testing';
import { address, type Answer, srv } from '../../test/dns/dns-message.ts';
import { type DnsServer, startDnsServer, type Table, type Zone } from '../../test/dns/dns-server.ts';
import { Egress } from '../egress.ts';
import type { Instance } from '../instance.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openSource } from '../open-source.ts';

const SERVICE = 'SRV _http._tcp.api.test';

describe('srv source', () => {
  let server: DnsServer;
  let clock: FakeClock;
  let source: InstanceSource;

  async function open(zone: Zone | Table, query = ''): Promise<void> {
    server = await startDnsServer(zone);
    clock = new FakeClock();
    const environment = { DNS_SERVERS: server.address };
    const egress = new Egress(['127.0.0.0/8']);
    const options = { upstream: 'api', egress, environment, clock, random: () => 0.5 };
    source = openSource(`srv://_http._tcp.api.test${query}`, options);
    source.start();
    await settled();
  }

  const settled = (): Promise<boolean> => eventually(() => clock.pending === 1, 15_000);
  const listed = (part: (instance: Instance) => unknown): unknown[] => source.instances.map(part);
  const ids = (): unknown[] => listed(({ id }) => id);

  async function after(milliseconds: number): Promise<void> {
    clock.advance(milliseconds);
    await settled();
  }

  const at = (...ips: string[]): Answer => ({ records: ips.map((ip) => address(ip)) });

  afterEach(async () => {
    source.close();
    await server.close();
  });

  it('finds the addresses of the targets, with port and weight of their records and the target as name', async () => {
    await open({
      [SERVICE]: { records: [srv('One.test', 4001, { weight: 3 }), srv('two.test', 4002, { weight: 1 })] },
      'A one.test': at('127.0.0.1'),
      'A two.test': at('127.0.0.2'),
    });
    expect(source.kind).toBe('srv');
    expect(source.instances).toMatchObject([
      { id: '127.0.0.1:4001', serverName: 'one.test', weight: 3, protocol: 'http' },
      { id: '127.0.0.2:4002', serverName: 'two.test', weight: 1, protocol: 'http' },
    ]);
  });

  it('speaks TLS to the instances when told', async () => {
    await open({ [SERVICE]: { records: [srv('one.test', 4001)] }, 'A one.test': at('127.0.0.1') }, '?scheme=https');
    expect(listed(({ protocol }) => protocol)).toEqual(['https']);
  });

  it('gives a target with several addresses the share of its one record', async () => {
    await open({
      [SERVICE]: { records: [srv('one.test', 80, { weight: 4 }), srv('two.test', 80, { weight: 4 })] },
      'A one.test': at('127.0.0.1', '127.0.0.2'),
      'A two.test': at('127.0.0.3'),
    });
    expect(listed(({ weight }) => weight)).toEqual([2, 2, 4]);
  });

  it('keeps a weight of 0 beside others, and takes all 0 as all equal', async () => {
    const zone = (weight: number): Table => ({
      [SERVICE]: { records: [srv('one.test', 80, { weight: 0 }), srv('two.test', 80, { weight })] },
      'A one.test': at('127.0.0.1'),
      'A two.test': at('127.0.0.2'),
    });
    await open(zone(5));
    expect(listed(({ weight }) => weight)).toEqual([0, 5]);
    server.use(zone(0));
    await after(30_000);
    expect(listed(({ weight }) => weight)).toEqual([1, 1]);
  });

  describe('priorities', () => {
    const records = [srv('spare.test', 82, { priority: 20 }), srv('main.test', 81, { priority: 10 })];
    const spare = { 'A spare.test': at('127.0.0.2') };

    it('are all in the list, each with its own, so that the next one is known when the first cannot be reached', async () => {
      await open({ [SERVICE]: { records }, 'A main.test': at('127.0.0.1'), ...spare });
      expect(listed(({ id, priority }) => `${id} ${priority}`)).toEqual(['127.0.0.1:81 10', '127.0.0.2:82 20']);
    });

    it('are those that have an address', async () => {
      await open({ [SERVICE]: { records }, ...spare });
      expect(ids()).toEqual(['127.0.0.2:82']);
      server.use({ [SERVICE]: { records }, 'A main.test': at('127.0.0.1'), ...spare });
      await after(30_000);
      expect(ids()).toEqual(['127.0.0.1:81', '127.0.0.2:82']);
    });

    it('count once, with the first, for a target that has several', async () => {
      const both = [srv('main.test', 80, { priority: 20 }), srv('main.test', 80, { priority: 10 })];
      await open({ [SERVICE]: { records: both }, 'A main.test': at('127.0.0.1') });
      expect(listed(({ id, priority }) => `${id} ${priority}`)).toEqual(['127.0.0.1:80 10']);
    });

    it('case 98: falls back to the next when the egress ranges allow no address of the lowest', async () => {
      await open({ [SERVICE]: { records }, 'A main.test': at('169.254.169.254'), ...spare });
      expect(ids()).toEqual(['127.0.0.2:82']);
    });

    it('after the first are no reason to do without it when nobody answers for them', async () => {
      const failing = { 'A spare.test': { code: 2 }, 'AAAA spare.test': { code: 2 } };
      await open({ [SERVICE]: { records }, 'A main.test': at('127.0.0.1'), ...failing });
      expect([ids(), source.status.state]).toEqual([['127.0.0.1:81'], 'fresh']);
    });

    it('does not fall back when a server only fails to answer for a target that was known', async () => {
      await open({ [SERVICE]: { records }, 'A main.test': at('127.0.0.1'), ...spare });
      server.use({ [SERVICE]: { records }, 'A main.test': { code: 2 }, 'AAAA main.test': { code: 2 }, ...spare });
      await after(30_000);
      expect(ids()).toEqual(['127.0.0.1:81', '127.0.0.2:82']);
      expect(source.status.state).toBe('stale');
    });
  });

  it('keeps the addresses of a target that cannot be asked for, while others change', async () => {
    const services = { [SERVICE]: { records: [srv('one.test', 80), srv('two.test', 80)] } };
    await open({ ...services, 'A one.test': at('127.0.0.1'), 'A two.test': at('127.0.0.2') });
    const failing = { 'A two.test': { code: 2 }, 'AAAA two.test': { code: 2 } };
    server.use({ ...services, 'A one.test': at('127.0.0.9'), ...failing });
    await after(30_000);
    expect(ids()).toEqual(['127.0.0.2:80', '127.0.0.9:80']);
  });

  it.each<[string, string, Zone | Table]>([
    ['there is no such name', 'querySrv ENOTFOUND _http._tcp.api.test', {}],
    ['the server fails', 'querySrv ESERVFAIL _http._tcp.api.test', () => ({ code: 2 })],
    ['no target has an address', 'gone.test has no address', { [SERVICE]: { records: [srv('gone.test', 80)] } }],
    [
      'there are too many records',
      '1001 SRV records are more than 1000',
      (_type, _name, by) =>
        by === 'udp' ? { isTruncated: true } : { records: Array.from({ length: 1_001 }, () => srv('a.test', 80)) },
    ],
  ])('keeps the last good list when %s', async (_, failure, failing) => {
    await open({ [SERVICE]: { records: [srv('one.test', 80)] }, 'A one.test': at('127.0.0.1') });
    server.use(failing);
    await after(30_000);
    expect(ids()).toEqual(['127.0.0.1:80']);
    expect(source.status).toEqual({ state: 'stale', age: 30_000, failure });
  });

  it('believes that a service is no longer offered (target ".") after 30 s', async () => {
    await open({ [SERVICE]: { records: [srv('one.test', 80)] }, 'A one.test': at('127.0.0.1') });
    server.use({ [SERVICE]: { records: [srv('.', 0)] } });
    clock.advance(30_000);
    // The next question and the doubt.
    await eventually(() => clock.pending === 2);
    expect(ids()).toEqual(['127.0.0.1:80']);
    clock.advance(30_000);
    expect(ids()).toEqual([]);
    await settled();
  });

  it('asks again at the shortest time to live of a target, and after 30 s at most', async () => {
    const services = { [SERVICE]: { records: [srv('one.test', 80)] } };
    await open({ ...services, 'A one.test': { records: [address('127.0.0.1', 7)] } });
    const asked = server.questions.length;
    clock.advance(6_999);
    expect(clock.pending).toBe(1);
    server.use({ ...services, 'A one.test': { records: [address('127.0.0.1', 3_600)] } });
    await after(1);
    expect(server.questions.length).toBe(asked + 3);
    clock.advance(29_999);
    expect(server.questions.length).toBe(asked + 3);
    await after(1);
    expect(server.questions.length).toBe(asked + 6);
  });

  it('case 98: leaves out a target whose name is an address, which would be connected to unchecked', async () => {
    await open({
      [SERVICE]: { records: [srv('169.254.169.254', 80), srv('one.test', 80)] },
      'A 169.254.169.254': at('127.0.0.7'),
      'A one.test': at('127.0.0.1'),
    });
    expect(ids()).toEqual(['127.0.0.1:80']);
  });

  describe('with many targets, each of its own priority, that no server answers for', () => {
    const records = Array.from({ length: 40 }, (_, number) => srv(`t${number}.test`, 80, { priority: number }));
    const zoneOf =
      (answer: () => Answer | undefined): Zone =>
      (type, _name, by) =>
        type !== 'SRV' ? answer() : by === 'udp' ? { isTruncated: true } : { records };
    const asked = (): string[] => [...new Set(server.questions.filter((question) => question.startsWith('A ')))];

    it('gives up after 30 s, with the last good list', async () => {
      await open({ [SERVICE]: { records: [srv('one.test', 80)] }, 'A one.test': at('127.0.0.1') }, '?family=4');
      const slowly = (): Answer => {
        clock.advance(4_000);
        return { code: 2 };
      };
      server.use(zoneOf(slowly));
      await after(30_000);
      expect(source.status).toMatchObject({ state: 'stale', failure: 'its targets were not found within 30 s' });
      expect(ids()).toEqual(['127.0.0.1:80']);
      expect(asked().length).toBeLessThan(12);
    });

    it('asks for no other target once it is closed', async () => {
      await open({ [SERVICE]: { records: [srv('one.test', 80)] }, 'A one.test': at('127.0.0.1') });
      server.use(zoneOf(() => undefined));
      clock.advance(30_000);
      await eventually(() => asked().includes('A t0.test'), 10_000);
      source.close();
      await pause(500);
      expect(asked()).not.toContain('A t1.test');
    });
  });

  it('case 98: leaves out a record with port 0', async () => {
    await open({
      [SERVICE]: { records: [srv('one.test', 0), srv('one.test', 80)] },
      'A one.test': at('127.0.0.1'),
    });
    expect(ids()).toEqual(['127.0.0.1:80']);
  });
});
