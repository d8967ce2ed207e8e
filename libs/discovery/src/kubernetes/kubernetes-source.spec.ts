import { setTimeout as pause } from 'node:timers/promises';
import { type Behaviour, eventually, FakeClock, hang, reset } from '@portico/testing';
import { type FakeApi, type FakeWatch, json, startFakeApi } from '../../test/kubernetes/fake-api.ts';
import {
  EMPTY_LIST,
  EXPIRED_WATCH,
  FORBIDDEN,
  FROM_THE_FUTURE,
  LIST,
  sliceOf,
  UNAUTHORIZED,
  WATCH,
} from '../../test/kubernetes/recorded.ts';
import { Egress } from '../egress.ts';
import { events, type RefusedEvent, type StatusEvent } from '../events.ts';
import type { Instance } from '../instance.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openKubernetes } from './kubernetes-source.ts';
import type { Slice } from './slice.ts';

const EGRESS = new Egress(['10.0.0.0/8', 'fd00::/8']);
const [ADDED, MODIFIED, DELETED, BOOKMARK] = WATCH;
const LISTED = ['10.1.0.1', '10.1.0.2', 'fd00::5'];
/** Milliseconds after which what ends is no longer taken for what never worked. */
const LASTING = 1_000;
const SILENCE = 24_000;

function event(type: 'ADDED' | 'MODIFIED' | 'DELETED', slice: Slice): string {
  return JSON.stringify({ type, object: slice });
}

describe('instances of a Kubernetes service', () => {
  let api: FakeApi;
  let clock: FakeClock;
  let source: InstanceSource;

  beforeEach(async () => {
    api = await startFakeApi();
    clock = new FakeClock();
  });

  afterEach(async () => {
    source.close();
    await api.close();
  });

  /** With a `drawn` of 0.5 the jitter is nothing and each back-off half its bound. */
  function open(drawn = 0.5): void {
    const environment = { KUBERNETES_URL: api.url, KUBERNETES_TOKEN: 'very-s3cret' };
    const options = { upstream: 'catalog', egress: EGRESS, environment, clock, random: () => drawn };
    source = openKubernetes('kubernetes://catalog.shop:http', options);
    source.start();
  }

  function hosts(): string[] {
    return inService(source.instances);
  }

  /** The watch that is number `count`, counted from 1, once the client hears it. */
  async function watchNumber(count: number): Promise<FakeWatch> {
    await eventually(() => api.watches.length >= count && clock.pending > 0, 5_000);
    return api.watches[count - 1]!;
  }

  /** Lets time pass until the client has listed so many times. */
  async function listNumber(count: number): Promise<void> {
    await eventually(() => {
      clock.advance(50);
      return api.lists.length >= count;
    }, 5_000);
  }

  async function failure(part: string): Promise<void> {
    await eventually(() => source.status.failure?.includes(part), 5_000);
  }

  it('are listed, then watched from the version of the list', async () => {
    open();
    expect(source).toMatchObject({ kind: 'kubernetes', instances: [], status: { state: 'starting' } });
    const watch = await watchNumber(1);
    expect(hosts()).toEqual(LISTED);
    expect(source.status.state).toBe('fresh');
    expect(source.instances[0]).toMatchObject({
      id: '10.1.0.1:4001',
      port: 4001,
      protocol: 'http',
      serverName: 'catalog.shop.svc',
      zone: 'zone-a',
      priority: 0,
      healthy: true,
    });
    expect(watch).toMatchObject({ authorization: 'Bearer very-s3cret', query: { resourceVersion: '222' } });
  });

  it.each([
    [0, '16'],
    [0.5, '18'],
    [0.9999, '20'],
  ])('a watch asks to be ended after 16 to 20 s (%d: %s s)', async (drawn, seconds) => {
    open(drawn);
    expect((await watchNumber(1)).query.timeoutSeconds).toBe(seconds);
  });

  it('change with the slices: added, emptied, deleted', async () => {
    open();
    const watch = await watchNumber(1);
    const heard: string[][] = [];
    source.onChange((instances) => heard.push(inService(instances)));
    for (const line of [ADDED, MODIFIED, ADDED, DELETED]) {
      const { length } = heard;
      watch.send(line);
      await eventually(() => heard.length > length, 5_000);
    }
    const added = ['10.1.0.1', '10.1.0.2', '10.1.0.9', 'fd00::5'];
    expect(heard).toEqual([added, LISTED, added, LISTED]);
    expect(api.lists).toHaveLength(1);
  });

  it('endpoints that are not ready any more are withdrawn at once, also when they are all', async () => {
    open();
    const watch = await watchNumber(1);
    const endpoints = ['10.1.0.1', '10.1.0.2'].map((host) => ({ addresses: [host], conditions: { ready: false } }));
    watch.send(event('MODIFIED', sliceOf('catalog-a', [], { endpoints })), event('DELETED', sliceOf('catalog-b', [])));
    await eventually(() => hosts().length === 0, 5_000);
    expect(source.status.state).toBe('fresh');
    expect(source.instances.every(({ withdrawn }) => withdrawn !== undefined)).toBe(true);
  });

  it('events that arrive together make one change', async () => {
    open();
    const watch = await watchNumber(1);
    const heard: number[] = [];
    source.onChange((instances) => heard.push(inService(instances).length));
    const slices = Array.from({ length: 20 }, (_, index) => sliceOf(`extra-${index}`, [`10.2.0.${index}`]));
    watch.send(...slices.map((slice) => event('ADDED', slice)));
    await eventually(() => hosts().length === 23, 5_000);
    expect(heard.length).toBeLessThan(20);
  });

  it('a thousand endpoints come in several slices', async () => {
    open();
    const watch = await watchNumber(1);
    for (let part = 0; part < 10; part++) {
      const addresses = Array.from({ length: 100 }, (_, index) => `10.3.${part}.${index}`);
      watch.send(event('ADDED', sliceOf(`part-${part}`, addresses)));
    }
    await eventually(() => hosts().length === 1_003, 5_000);
  });

  it('a bookmark moves the version and nothing else', async () => {
    open();
    const watch = await watchNumber(1);
    clock.advance(20_000);
    expect(source.status.age).toBe(20_000);
    watch.send(BOOKMARK);
    await eventually(() => source.status.age === 0, 5_000);
    expect(hosts()).toEqual(LISTED);
    watch.end();
    expect((await watchNumber(2)).query.resourceVersion).toBe('226');
    expect(api.lists).toHaveLength(1);
  });

  it('a watch that ends cleanly is followed by one from its last version, without a list', async () => {
    open();
    const first = await watchNumber(1);
    clock.advance(SILENCE - 1);
    first.send(ADDED);
    await eventually(() => hosts().includes('10.1.0.9'), 5_000);
    first.end();
    const second = await watchNumber(2);
    expect(second.query.resourceVersion).toBe('224');
    second.send(DELETED);
    await eventually(() => !hosts().includes('10.1.0.9'), 5_000);
    expect(api.lists).toHaveLength(1);
    expect(source.status.state).toBe('fresh');
  });

  it.each<[string, (watch: FakeWatch) => void]>([
    ['a version that expired within the watch (410 inside a 200)', (watch) => watch.send(EXPIRED_WATCH)],
    ['a cut', (watch) => watch.cut()],
    ['a cut within a line', (watch) => void (watch.write('{"type":'), watch.cut())],
    ['an end within a line', (watch) => void (watch.write('{"type":'), watch.end())],
    ['a line that is no event', (watch) => watch.send('{}')],
    ['a watch that ended without a word', (watch) => watch.end()],
    ['a line that does not end', (watch) => watch.write(Buffer.alloc(5_000_000, ' '))],
  ])('%s is followed by a list at once, and the instances stand meanwhile', async (_, spoil) => {
    open();
    const watch = await watchNumber(1);
    clock.advance(LASTING);
    api.answerLists(json(200, LIST.replace('10.1.0.2', '10.1.0.7')));
    spoil(watch);
    await listNumber(2);
    await eventually(() => hosts().includes('10.1.0.7'), 5_000);
    expect((await watchNumber(2)).query.resourceVersion).toBe('222');
    expect(source.status).toMatchObject({ state: 'fresh', failure: undefined });
    await eventually(() => watch.closed, 5_000);
  });

  it('a watch refused because its version expired (410) is followed by a list at once', async () => {
    open();
    const watch = await watchNumber(1);
    clock.advance(LASTING);
    api.answerWatches(json(410, '{"kind":"Status","code":410}'));
    watch.send(BOOKMARK);
    watch.end();
    await listNumber(2);
  });

  it('silence on an open connection is followed by a cut and a list', async () => {
    open();
    const watch = await watchNumber(1);
    const told: unknown[] = [undefined];
    const listen = (message: unknown) => void told.push((message as StatusEvent).failure);
    events.status.subscribe(listen);
    clock.advance(SILENCE - 1);
    expect(watch.closed).toBe(false);
    watch.write('  ');
    clock.advance(1);
    await listNumber(2);
    await eventually(() => watch.closed, 5_000);
    await watchNumber(2);
    events.status.unsubscribe(listen);
    expect(source.status.state).toBe('fresh');
    expect(told).toEqual([undefined, 'the watch said nothing for 24 s', undefined]);
  });

  it('a watch that says something every twenty seconds is not silent', async () => {
    open();
    const watch = await watchNumber(1);
    for (let times = 0; times < 5; times++) {
      clock.advance(20_000);
      watch.send(BOOKMARK);
      await eventually(() => source.status.age === 0, 5_000);
    }
    expect(watch.closed).toBe(false);
    clock.advance(SILENCE);
    await listNumber(2);
  });

  it('a version from the future, which no event follows, is left for that of a new list', async () => {
    api.answerLists(json(200, LIST.replace('"222"', '"99999999"')), json(200, LIST));
    open();
    expect((await watchNumber(1)).query.resourceVersion).toBe('99999999');
    clock.advance(SILENCE);
    await listNumber(2);
    expect((await watchNumber(2)).query.resourceVersion).toBe('222');
  });

  it('lists never ask for a version, so none from the past or the future is believed', async () => {
    open();
    (await watchNumber(1)).send(BOOKMARK);
    clock.advance(SILENCE);
    await listNumber(2);
    expect(api.lists.every(({ query }) => !('resourceVersion' in query))).toBe(true);
  });

  it.each<[string, Behaviour]>([
    ['ends at once', (_request, response) => void response.writeHead(200).end()],
    [
      'says its version and ends at once',
      (_request, response) => void response.end(`${BOOKMARK.replace('226', '222')}\n`),
    ],
    ['expires at once', (_request, response) => void response.end(`${EXPIRED_WATCH}\n`)],
    ['is reset', reset()],
  ])('a watch that %s after every list is put off, ever longer', async (_, behaviour) => {
    api.answerWatches(behaviour);
    open();
    for (const backoff of [500, 1_000, 2_000]) {
      await eventually(() => source.status.state === 'stale' && clock.pending > 0, 5_000);
      const { length } = api.asked;
      clock.advance(backoff - 1);
      expect(api.asked).toHaveLength(length);
      clock.advance(1);
      await eventually(() => api.asked.length > length, 5_000);
    }
    expect(hosts()).toEqual(LISTED);
  });

  it('are listed again within half a second of a watch that was cut, each gateway at a time of its own', async () => {
    open(0.9999);
    const watch = await watchNumber(1);
    clock.advance(LASTING);
    const { pending } = clock;
    watch.cut();
    await eventually(() => watch.closed && clock.pending === pending, 5_000);
    await pause(50);
    clock.advance(450);
    await pause(50);
    expect(api.lists).toHaveLength(1);
    await listNumber(2);
  });

  describe('while the API server is away', () => {
    it('the last good list stays, is called stale, and is mended by the list after', async () => {
      open();
      const watch = await watchNumber(1);
      clock.advance(LASTING);
      api.answerLists(reset());
      watch.cut();
      await listNumber(2);
      await eventually(() => source.status.state === 'stale' && clock.pending > 0, 5_000);
      clock.advance(500);
      await listNumber(3);
      expect(hosts()).toEqual(LISTED);
      api.answerLists(json(200, LIST));
      // The next question is set only once the answer of this one is in.
      await eventually(() => clock.pending > 0, 5_000);
      clock.advance(1_000);
      await watchNumber(2);
      expect(source.status).toMatchObject({ state: 'fresh', failure: undefined });
    });

    it.each<[string, Behaviour, string]>([
      ['401', json(401, UNAUTHORIZED), 'token'],
      ['403', json(403, FORBIDDEN), 'resources: [endpointslices], verbs: [list, watch]'],
      ['500', json(500, '{"kind":"Status","message":"etcd is away"}'), 'etcd is away'],
      ['no JSON', json(200, '<html>'), 'no EndpointSliceList'],
      ['a reset', reset(), 'ECONNRESET'],
    ])('%s is a failure that says why, backs off, and empties nothing', async (_, behaviour, reason) => {
      api.answerLists(json(200, LIST), behaviour, behaviour, json(200, LIST));
      open();
      const watch = await watchNumber(1);
      clock.advance(LASTING);
      watch.cut();
      await listNumber(2);
      await failure(reason);
      expect(source.status.failure).toContain(reason);
      await eventually(() => clock.pending > 0, 5_000);
      clock.advance(499);
      expect(api.lists).toHaveLength(2);
      clock.advance(1);
      await listNumber(3);
      expect(hosts()).toEqual(LISTED);
      await eventually(() => clock.pending > 0, 5_000);
      clock.advance(1_000);
      await watchNumber(2);
      expect(source.status.state).toBe('fresh');
    });

    it.each([0, 0.5, 0.9999])('Retry-After is waited for, whatever is drawn (%d)', async (drawn) => {
      api.answerLists(json(504, FROM_THE_FUTURE, { 'retry-after': '20' }), json(200, LIST));
      open(drawn);
      await failure('Too large resource version');
      await eventually(() => clock.pending > 0, 5_000);
      clock.advance(19_999);
      expect(clock.pending).toBe(1);
      clock.advance(5_000);
      await watchNumber(1);
    });

    it('Retry-After of a refused watch is waited for too', async () => {
      open();
      const watch = await watchNumber(1);
      clock.advance(LASTING);
      api.answerWatches(json(429, '{"message":"slow down"}', { 'retry-after': '20' }));
      watch.send(BOOKMARK);
      watch.end();
      await failure('429');
      await eventually(() => clock.pending > 0, 5_000);
      clock.advance(19_999);
      expect(api.lists).toHaveLength(1);
      clock.advance(3_000);
      await listNumber(2);
    });
  });

  describe('an empty answer', () => {
    it('is doubted for 30 s', async () => {
      open();
      const watch = await watchNumber(1);
      clock.advance(LASTING);
      api.answerLists(json(200, EMPTY_LIST));
      watch.cut();
      await listNumber(2);
      const next = await watchNumber(2);
      expect(hosts()).toEqual(LISTED);
      expect(source.status.state).toBe('doubted');
      clock.advance(20_000);
      next.send(BOOKMARK);
      await eventually(() => source.status.age === 0, 5_000);
      clock.advance(9_000);
      expect(hosts()).toEqual(LISTED);
      clock.advance(1_000);
      expect(hosts()).toEqual([]);
    });

    it('a port that no slice has any more is a failure, not an empty list', async () => {
      open();
      const watch = await watchNumber(1);
      const ports = [{ name: 'web', port: 8080, protocol: 'TCP' }];
      watch.send(
        event('MODIFIED', sliceOf('catalog-a', ['10.1.0.1'], { ports })),
        event('DELETED', sliceOf('catalog-b', [])),
      );
      await failure('no TCP port http (they are: web 8080)');
      watch.send(BOOKMARK);
      clock.advance(60_000);
      expect(hosts()).toEqual(LISTED);
      expect(source.status.state).toBe('stale');
    });
  });

  it('case 98: addresses outside the egress ranges and slices of names are refused, once and by name', async () => {
    const refused: string[] = [];
    const listener = (message: unknown): void => {
      const { candidate, reason } = message as RefusedEvent;
      refused.push(`${candidate} ${reason}`);
    };
    events.refused.subscribe(listener);
    try {
      open();
      const watch = await watchNumber(1);
      const addresses = ['169.254.169.254', '127.0.0.1', '10.1.0.8'];
      watch.send(event('ADDED', sliceOf('bad', addresses)));
      await eventually(() => hosts().includes('10.1.0.8'), 5_000);
    } finally {
      events.refused.unsubscribe(listener);
    }
    expect(hosts()).toEqual(['10.1.0.1', '10.1.0.2', '10.1.0.8', 'fd00::5']);
    expect(refused).toEqual([
      'pod.example.com slices of type FQDN are not used',
      '169.254.169.254:4001 the egress ranges do not allow its address',
      '127.0.0.1:4001 the egress ranges do not allow its address',
    ]);
  });

  it('more slices than are believed are a failure, and the last good list stays', async () => {
    open();
    const watch = await watchNumber(1);
    const slices = Array.from({ length: 1_001 }, (_, index) => sliceOf(`flood-${index}`, []));
    watch.send(...slices.map((slice) => event('ADDED', slice)));
    await failure('more than 1000 slices');
    expect(hosts()).toEqual(LISTED);
  });

  it('closing ends the watch, leaves no timer and tells nobody', async () => {
    open();
    const watch = await watchNumber(1);
    const heard: unknown[] = [];
    source.onChange((instances) => heard.push(instances));
    source.close();
    await eventually(() => watch.closed, 5_000);
    await eventually(() => clock.pending === 0, 5_000);
    clock.advance(3_600_000);
    expect(heard).toEqual([]);
    expect(api.lists).toHaveLength(1);
    expect(source.status.failure).toBeUndefined();
  });

  it('closing as soon as the list is there opens no watch', async () => {
    open();
    const closed = new Promise<void>((resolve) => {
      source.onChange(() => {
        source.close();
        resolve();
      });
    });
    await closed;
    await eventually(() => clock.pending === 0, 5_000);
    await pause(50);
    expect(api.asked).toHaveLength(0);
  });

  it('closing gives up a list under way', async () => {
    api.answerLists(hang());
    open();
    await listNumber(1);
    source.close();
    await eventually(() => clock.pending === 0, 5_000);
    expect(source.status).toEqual({ state: 'starting', age: undefined, failure: undefined });
  });

  it('the token appears in no failure', async () => {
    api.answerLists(json(401, UNAUTHORIZED));
    open();
    await failure('401');
    expect(JSON.stringify(source.status)).not.toContain('s3cret');
  });

  it('an address and settings that do not fit are refused with all their problems', () => {
    open();
    const options = { upstream: 'catalog', egress: EGRESS, environment: { KUBERNETES_URL: 'http://api' } };
    const attempt = (): unknown => openKubernetes('kubernetes://catalog', options);
    expect(attempt).toThrow('must name a service and its namespace');
    expect(attempt).toThrow('KUBERNETES_URL: must start with https://');
  });
});

function inService(instances: readonly Instance[]): string[] {
  return instances.filter(({ healthy }) => healthy).map(({ host }) => host);
}
