import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '@portico/core';
import { eventually, FakeClock } from '@portico/testing';
import { address, cname } from '../../test/dns/dns-message.ts';
import { type DnsServer, startDnsServer, type Table, type Zone } from '../../test/dns/dns-server.ts';
import { Egress } from '../egress.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openSource } from '../open-source.ts';

const egress = new Egress(['127.0.0.0/8', 'fd00::/8']);

describe('dns source', () => {
  let server: DnsServer;
  let clock: FakeClock;
  let source: InstanceSource;

  async function open(zone: Zone | Table, url = 'dns://api.test:8080'): Promise<void> {
    server = await startDnsServer(zone);
    clock = new FakeClock();
    const environment = { DNS_SERVERS: server.address };
    source = openSource(url, { upstream: 'api', egress, environment, clock, random: () => 0.5 });
    source.start();
  }

  const hosts = (): string[] => source.instances.map(({ host }) => host);
  /** The answer has been read and the next question is set. */
  const settled = (): Promise<boolean> => eventually(() => clock.pending === 1, 15_000);

  async function after(milliseconds: number): Promise<void> {
    clock.advance(milliseconds);
    await settled();
  }

  afterEach(async () => {
    source.close();
    expect(clock.pending).toBe(0);
    await server.close();
  });

  it('finds one instance for each A and AAAA record, named by the name', async () => {
    await open({
      'A api.test': { records: [address('127.0.0.2'), address('127.0.0.1')] },
      'AAAA api.test': { records: [address('fd00::1')] },
    });
    await settled();
    expect(source.kind).toBe('dns');
    expect(source.status).toEqual({ state: 'fresh', age: 0, failure: undefined });
    const common = { port: 8080, protocol: 'http', serverName: 'api.test', weight: 1, priority: 0, healthy: true };
    expect(source.instances).toMatchObject([
      { id: '127.0.0.1:8080', host: '127.0.0.1', ...common },
      { id: '127.0.0.2:8080', host: '127.0.0.2', ...common },
      { id: '[fd00::1]:8080', host: 'fd00::1', ...common },
    ]);
  });

  it('asks for one family only when told, and takes the usual port of the scheme', async () => {
    await open({ 'A api.test': { records: [address('127.0.0.1')] } }, 'dns://API.test.?family=4&scheme=https');
    await settled();
    expect(server.questions).toEqual(['A api.test']);
    expect(source.instances).toMatchObject([{ id: '127.0.0.1:443', protocol: 'https', serverName: 'api.test' }]);
  });

  it('asks again when the shortest-lived record has lived, and tells who listens', async () => {
    await open({ 'A api.test': { records: [address('127.0.0.1', 20), address('127.0.0.2', 5)] } });
    await settled();
    const changes: string[][] = [];
    source.onChange((instances) => changes.push(instances.map(({ host }) => host)));
    server.use({ 'A api.test': { records: [address('127.0.0.3', 20)] } });
    const asked = server.questions.length;
    clock.advance(4_999);
    expect(clock.pending).toBe(1);
    await after(1);
    expect(server.questions.length).toBe(asked + 2);
    expect(changes).toEqual([['127.0.0.3']]);
  });

  it.each([
    ['0 s', 0, 1_000],
    ['a week', 604_800, 300_000],
  ])('bounds a time to live of %s', async (_, ttl, wait) => {
    await open({ 'A api.test': { records: [address('127.0.0.1', ttl)] } });
    await settled();
    const asked = server.questions.length;
    clock.advance(wait - 1);
    expect(clock.pending).toBe(1);
    await after(1);
    expect(server.questions.length).toBe(asked + 2);
  });

  it('asks at an interval instead when told', async () => {
    await open({ 'A api.test': { records: [address('127.0.0.1', 5)] } }, 'dns://api.test:80?interval=60000');
    await settled();
    const asked = server.questions.length;
    clock.advance(59_999);
    expect(clock.pending).toBe(1);
    await after(1);
    expect(server.questions.length).toBe(asked + 2);
  });

  it.each<[string, Zone]>([
    ['there is no such name', () => ({ code: 3 })],
    ['there is no address', () => ({})],
    ['the server fails', () => ({ code: 2 })],
    ['the server refuses', () => ({ code: 5 })],
    ['no answer comes', () => undefined],
    ['the answer is cut and TCP gives none', () => ({ isTruncated: true, code: 2 })],
  ])('keeps the last good list, with its age, when %s; and recovers', async (_, failing) => {
    const good = { 'A api.test': { records: [address('127.0.0.1', 5)] } };
    await open(good);
    await settled();
    server.use(failing);
    await after(5_000);
    expect(hosts()).toEqual(['127.0.0.1']);
    expect(source.status).toMatchObject({ state: 'stale', age: 5_000, failure: expect.stringMatching(/api\.test/) });
    server.use(good);
    await after(500);
    expect(source.status).toMatchObject({ state: 'fresh', age: 0 });
  });

  it('keeps the last good list while the server is gone', async () => {
    await open({ 'A api.test': { records: [address('127.0.0.1', 5)] } });
    await settled();
    await server.close();
    await after(5_000);
    expect(hosts()).toEqual(['127.0.0.1']);
    expect(source.status.state).toBe('stale');
    server = await startDnsServer({});
  });

  it('backs off exponentially while nothing is answered', async () => {
    await open(() => ({ code: 2 }), 'dns://api.test:80?family=4');
    await settled();
    expect(source.status).toMatchObject({ state: 'starting', age: undefined });
    for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const asked = server.questions.length;
      clock.advance(wait - 1);
      expect(clock.pending).toBe(1);
      await after(1);
      expect(server.questions.length).toBeGreaterThan(asked);
    }
  });

  it('uses the family that is answered while the other fails, with the last known of that', async () => {
    const a = { records: [address('127.0.0.1', 30)] };
    await open({ 'A api.test': a, 'AAAA api.test': { records: [address('fd00::1', 30)] } });
    await settled();
    server.use({ 'A api.test': { records: [address('127.0.0.2', 30)] }, 'AAAA api.test': { code: 2 } });
    await after(30_000);
    expect(hosts()).toEqual(['127.0.0.2', 'fd00::1']);
    server.use({ 'A api.test': a });
    await after(10_000);
    expect(hosts()).toEqual(['127.0.0.1']);
  });

  it('follows aliases', async () => {
    const alias = cname('real.test', 5);
    await open({ 'A api.test': { records: [alias, { ...address('127.0.0.7'), name: 'real.test' }] } });
    await settled();
    expect(source.instances).toMatchObject([{ host: '127.0.0.7', serverName: 'api.test' }]);
  });

  it('asks by TCP when an answer was cut', async () => {
    const records = Array.from({ length: 200 }, (_, index) => address(`127.0.1.${index + 1}`));
    await open((type, _, by) => (type === 'A' ? (by === 'udp' ? { isTruncated: true } : { records }) : {}));
    await settled();
    expect(source.instances.length).toBe(200);
  });

  it('case 98: leaves out addresses that the egress ranges do not allow', async () => {
    await open({
      'A api.test': { records: [address('169.254.169.254'), address('127.0.0.1')] },
      'AAAA api.test': { records: [address('::ffff:a9fe:a9fe'), address('64:ff9b::a9fe:a9fe'), address('::1')] },
    });
    await settled();
    expect(hosts()).toEqual(['127.0.0.1']);
  });

  it('case 98: keeps the last good list when an answer names nothing that is allowed', async () => {
    await open({ 'A api.test': { records: [address('127.0.0.1', 5)] } });
    await settled();
    server.use({ 'A api.test': { records: [address('169.254.169.254', 5)] } });
    await after(5_000);
    expect(hosts()).toEqual(['127.0.0.1']);
    expect(source.status).toMatchObject({ state: 'stale', failure: 'none of the 1 instances it names can be used' });
  });

  it('gives up what is under way when it is closed, and says nothing more', async () => {
    await open(() => undefined);
    await eventually(() => server.questions.length === 2);
    source.close();
    const asked = server.questions.length;
    // A resolver that still waited would ask once more after 1.5 s.
    await pause(2_500);
    expect(server.questions.length).toBe(asked);
    expect(source.status).toMatchObject({ state: 'starting', failure: undefined });
  });
});

describe('address of a dns source', () => {
  it.each([
    ['dns://10.0.0.1:80', 'must hold a name; for an IP address use http://'],
    ['dns://[::1]:80', 'must hold a name; for an IP address use http://'],
    ['dns://127.1:80', 'must hold a host name, such as catalog.internal'],
    ['dns://', 'must hold a host name, such as catalog.internal'],
    ['dns://a..b', 'must hold a host name, such as catalog.internal'],
    ['dns://api.test:0', 'must have a port from 1 to 65535'],
    ['dns://api.test:99999', 'must be a URL'],
    ['dns://u:p@api.test:80', 'must not hold a user or password'],
    ['dns://api.test:80#x', 'must not have a fragment (#...)'],
    ['dns://api.test?family=5', '?family: must be 4 or 6'],
    ['dns://api.test?interval=5', '?interval: must be at least 1000 milliseconds'],
    ['dns://api.test?interval=soon', '?interval: must be milliseconds from 1000 to 300000'],
    ['dns://api.test?family=4&family=6', '?family: must not be repeated'],
    ['dns://api.test?ttl=5', '?ttl: is none of its parameters, scheme, family, interval'],
    ['srv://_http._tcp.api.test:80', 'must have no port: the SRV records name the ports'],
  ])('%s is refused', (url, problem) => {
    const open = (): unknown => openSource(url, { upstream: 'api', egress, environment: {} });
    expect(open).toThrow(new ConfigError([`upstream api: address: ${problem}`]));
  });

  it('is refused with all that is wrong, the servers too', () => {
    const environment = { DNS_SERVERS: 'localhost:53' };
    const open = (): unknown => openSource('dns://127.1?family=5&x=1', { upstream: 'api', egress, environment });
    expect(open).toThrow(
      new ConfigError([
        'upstream api: address: must hold a host name, such as catalog.internal',
        'upstream api: address: ?family: must be 4 or 6',
        'upstream api: address: ?x: is none of its parameters, scheme, family, interval',
        'DNS_SERVERS: must be IP addresses like 127.0.0.1:53 or [::1]:53, separated by commas',
      ]),
    );
  });
});
