import { eventually, FakeClock, hang, reply } from '@portico/testing';
import { type FakeEureka, instanceJson, startFakeEureka } from '../../test/eureka/fake-eureka.ts';
import { APPS, APPS_XML } from '../../test/eureka/recorded.ts';
import { Egress } from '../egress.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openEureka } from './eureka-source.ts';

describe('the Eureka source', () => {
  const one = instanceJson('one');
  let eureka: FakeEureka;
  let clock: FakeClock;
  let opened: InstanceSource[];
  beforeEach(async () => {
    eureka = await startFakeEureka();
    clock = new FakeClock();
    opened = [];
  });
  afterEach(() => {
    for (const source of opened) source.close();
    return eureka.close();
  });

  function open(address = 'eureka://CATALOG'): InstanceSource {
    const environment = { EUREKA_URL: eureka.url };
    const egress = new Egress(['10.0.0.0/8']);
    const source = openEureka(new URL(address), { upstream: 'u', egress, environment, clock, random: () => 0.5 });
    opened.push(source);
    source.start();
    return source;
  }

  /** Lets the next poll come due and waits until it has ended, which is when the one after it is set. */
  async function poll(wait = 30_000): Promise<void> {
    const { pending } = clock;
    const asked = eureka.asked.length;
    clock.advance(wait);
    await eventually(() => eureka.asked.length > asked && clock.pending >= pending, 10_000);
  }

  const started = async (address?: string): Promise<InstanceSource> => {
    const source = open(address);
    await eventually(() => clock.pending > 0, 10_000);
    return source;
  };
  const idsOf = (source: InstanceSource): string[] => source.instances.map(({ id }) => id);

  it('case 97: takes the instances of its application; only UP is healthy, not OUT_OF_SERVICE, STARTING or DOWN', async () => {
    eureka.behave(reply({ json: APPS }));
    const source = await started();
    expect(source.instances.map(({ id, healthy }) => [id, healthy])).toEqual([
      ['catalog-1', true],
      ['catalog-2', false],
      ['catalog-3', false],
      ['catalog-4', false],
    ]);
    expect(source.instances.map(({ id, withdrawn }) => [id, withdrawn]).slice(1)).toEqual([
      ['catalog-2', 'OUT_OF_SERVICE'],
      ['catalog-3', 'STARTING'],
      ['catalog-4', undefined],
    ]);
    expect(source.instances[0]).toEqual({
      id: 'catalog-1',
      protocol: 'http',
      host: '10.0.0.1',
      port: 4001,
      serverName: 'catalog-1.shop.test',
      weight: 5,
      zone: 'a',
      tags: ['version=1.2'],
      priority: 0,
      healthy: true,
    });
    expect(source.status).toMatchObject({ state: 'fresh', age: 0 });
  });

  it('case 97: with ?scheme=https it takes the secure port, of those instances that enabled it', async () => {
    eureka.behave(reply({ json: APPS }));
    const source = await started('eureka://catalog?scheme=https');
    expect(source.instances).toMatchObject([{ id: 'catalog-1', protocol: 'https', port: 4443 }]);
  });

  it('case 97: does not use an instance whose port is not `@enabled`, and says so when there is no other', async () => {
    const off = instanceJson('off', { port: { $: 4001, '@enabled': 'false' } });
    eureka.put(off);
    const source = await started();
    expect(source.status).toMatchObject({ state: 'starting', failure: 'none of the 1 instances it names can be used' });
    eureka.put(one);
    await poll();
    expect(idsOf(source)).toEqual(['one']);
  });

  it('connects to the host name of an instance that gave no address', async () => {
    eureka.put(instanceJson('named', { ipAddr: '' }));
    const source = await started();
    expect(source.instances).toMatchObject([{ host: 'named.shop.test', serverName: undefined }]);
  });

  it('follows an instance that is taken out of service, comes back and is deleted', async () => {
    eureka.put(one);
    eureka.put(instanceJson('two'));
    const source = await started();
    const changes: string[][] = [];
    source.onChange((instances) => changes.push(instances.map(({ id, healthy }) => `${id} ${healthy}`)));
    eureka.put({ ...one, status: 'OUT_OF_SERVICE' });
    await poll();
    eureka.put(one);
    await poll();
    await poll();
    eureka.remove(one);
    await poll();
    expect(changes).toEqual([['one false', 'two true'], ['one true', 'two true'], ['two true']]);
  });

  it('case 97: a server in self-preservation lists an instance that no longer renews; it stays as long as that', async () => {
    eureka.put({ ...one, leaseInfo: { durationInSecs: 90, lastRenewalTimestamp: 0 } });
    const source = await started();
    for (let minute = 0; minute < 20; minute++) await poll();
    expect(source.instances).toMatchObject([{ id: 'one', healthy: true }]);
    expect(source.status.state).toBe('fresh');
  });

  it.each([
    ['an error', reply({ status: 503 }), 'status 503'],
    [
      'HTML',
      reply({ body: ' <!DOCTYPE html><html></html>' }),
      'it answers with a page in HTML, not in the JSON that was asked for',
    ],
    ['XML', reply({ body: APPS_XML }), 'it answers in XML, not in the JSON that was asked for'],
    ['something else', reply({ json: {} }), 'it answers with no registry'],
  ])(
    'case 97: %s drops nobody: the last good list stays, stale, until the registry answers again',
    async (_, bad, why) => {
      eureka.put(one);
      const source = await started();
      eureka.behave(bad);
      for (let time = 0; time < 5; time++) await poll();
      expect(idsOf(source)).toEqual(['one']);
      expect(source.status).toMatchObject({ state: 'stale', age: 150_000 });
      expect(source.status.failure).toContain(why);
      eureka.behave();
      await poll();
      expect(source.status).toMatchObject({ state: 'fresh', failure: undefined });
    },
  );

  it('case 97: believes that nobody is left only after 2 min: a server that was restarted knows nobody', async () => {
    eureka.put(one);
    const source = await started();
    eureka.remove(one);
    for (let asked = 0; asked < 4; asked++) {
      await poll();
      expect(idsOf(source)).toEqual(['one']);
    }
    clock.advance(30_000);
    expect(idsOf(source)).toEqual([]);
  });

  it('case 98: refuses the addresses that the egress ranges do not allow', async () => {
    eureka.put(instanceJson('metadata', { ipAddr: '169.254.169.254' }));
    eureka.put(instanceJson('local', { ipAddr: '127.0.0.1' }));
    eureka.put(instanceJson('fragment', { ipAddr: 'evil.com#' }));
    eureka.put(instanceJson('header', { hostName: 'a\r\nX-Evil: 1' }));
    eureka.put(instanceJson('port', { port: { $: 99999, '@enabled': 'true' } }));
    eureka.put(one);
    const source = await started();
    expect(idsOf(source)).toEqual(['one']);
  });

  it('asks once for all sources of the process, as often as the most curious one wants', async () => {
    eureka.put(one);
    eureka.put(instanceJson('order', { app: 'ORDERING' }));
    const sources = [open(), open('eureka://ordering?interval=5000'), open('eureka://nobody')];
    await eventually(() => clock.pending > 0, 10_000);
    expect(sources.map(idsOf)).toEqual([['one'], ['order'], []]);
    await poll(5_000);
    expect(eureka.asked).toEqual(['GET apps', 'GET apps/delta']);
  });

  it('gives one that joins later what is known, and asks until the last one has left', async () => {
    eureka.put(one);
    const first = await started();
    const second = open();
    expect(idsOf(second)).toEqual(['one']);
    first.close();
    await poll();
    expect(eureka.asked).toEqual(['GET apps', 'GET apps/delta']);
    second.close();
    second.close();
    expect(clock.pending).toBe(0);
    await started();
    expect(eureka.asked).toEqual(['GET apps', 'GET apps/delta', 'GET apps']);
  });

  it('gives up on close what is under way', async () => {
    eureka.behave(hang());
    const source = open();
    await eventually(() => eureka.upstream.requests.length === 1, 10_000);
    source.close();
    await eventually(() => eureka.upstream.requests[0]!.aborted, 10_000);
    expect(source.status.failure).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});
