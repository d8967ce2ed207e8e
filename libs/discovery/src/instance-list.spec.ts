import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually, FakeClock } from '@portico/testing';
import { Egress } from './egress.ts';
import type { ListEvent, RefusedEvent, StatusEvent } from './events.ts';
import { InstanceList } from './instance-list.ts';
import type { Candidate, Instance } from './instance.ts';

describe('InstanceList', () => {
  let clock: FakeClock;
  let list: InstanceList;
  let lists: ListEvent[];
  let refusals: RefusedEvent[];
  let statuses: StatusEvent[];

  const onList = (event: unknown): void => void lists.push(event as ListEvent);
  const onRefused = (event: unknown): void => void refusals.push(event as RefusedEvent);
  const onStatus = (event: unknown): void => void statuses.push(event as StatusEvent);

  beforeEach(() => {
    clock = new FakeClock();
    list = new InstanceList({ upstream: 'catalog', kind: 'test', egress: new Egress(['10.0.0.0/8']), clock });
    [lists, refusals, statuses] = [[], [], []];
    subscribe('portico.discovery.list', onList);
    subscribe('portico.discovery.refused', onRefused);
    subscribe('portico.discovery.status', onStatus);
  });

  afterEach(() => {
    list.close();
    unsubscribe('portico.discovery.list', onList);
    unsubscribe('portico.discovery.refused', onRefused);
    unsubscribe('portico.discovery.status', onStatus);
  });

  const at = (...hosts: string[]): Candidate[] => hosts.map((host) => ({ host, port: 80 }));
  const ids = (instances: readonly Instance[] = list.instances): string[] => instances.map(({ id }) => id);

  it('starts empty and knows nothing', () => {
    expect(list.instances).toEqual([]);
    expect(list.status).toEqual({ state: 'starting', age: undefined, failure: undefined });
  });

  it('takes the list that is accepted, sorted and frozen, and tells who listens', () => {
    const heard: string[][] = [];
    list.onChange((instances) => heard.push(ids(instances)));
    list.accept(at('10.0.0.2', '10.0.0.1'));
    list.accept(at('10.0.0.1', '10.0.0.3'));
    expect(heard).toEqual([
      ['10.0.0.1:80', '10.0.0.2:80'],
      ['10.0.0.1:80', '10.0.0.3:80'],
    ]);
    expect(Object.isFrozen(list.instances)).toBe(true);
    expect(lists.map(({ added, removed }) => [ids(added), ids(removed)])).toEqual([
      [['10.0.0.1:80', '10.0.0.2:80'], []],
      [['10.0.0.3:80'], ['10.0.0.2:80']],
    ]);
    expect(lists[0]).toMatchObject({ upstream: 'catalog', kind: 'test' });
  });

  it('tells that the first answer names nobody, which is most often a misspelt name, and tells it once', () => {
    list.accept([]);
    list.accept([]);
    expect(lists).toEqual([{ upstream: 'catalog', kind: 'test', instances: [], added: [], removed: [], moved: [] }]);
  });

  it('keeps the very same list when an answer repeats it, in whatever order', () => {
    list.accept(at('10.0.0.1', '10.0.0.2'));
    const before = list.instances;
    list.accept(at('10.0.0.2', '10.0.0.1'));
    expect(list.instances).toBe(before);
    expect(lists).toHaveLength(1);
  });

  it('keeps the object of an instance that has not changed', () => {
    list.accept([{ host: '10.0.0.1', port: 80, tags: ['v1'] }]);
    const [before] = list.instances;
    list.accept([...at('10.0.0.2'), { host: '10.0.0.1', port: 80, tags: ['v1'] }]);
    expect(list.instances[0]).toBe(before);
  });

  it.each<[string, Partial<Candidate>]>([
    ['port', { port: 81, id: '10.0.0.1:80' }],
    ['host', { host: '10.0.0.2', id: '10.0.0.1:80' }],
    ['weight', { weight: 5 }],
    ['health', { healthy: false }],
    ['zone', { zone: 'b' }],
    ['tags', { tags: ['v1'] }],
    ['a tag', { tags: ['v1', 'other'] }],
    ['server name', { serverName: 'catalog' }],
    ['protocol', { protocol: 'https' }],
  ])('tells of a change of %s only, which adds and removes nobody', (_, change) => {
    list.accept([{ host: '10.0.0.1', port: 80, tags: ['v1', 'blue'] }]);
    list.accept([{ host: '10.0.0.1', port: 80, tags: ['v1', 'blue'], ...change }]);
    expect(lists).toHaveLength(2);
    expect(lists[1]).toMatchObject({ instances: [change], added: [], removed: [] });
  });

  it('case 98: leaves out what must not be used, once told', () => {
    const bad = [...at('169.254.169.254', 'evil.com#'), { host: '10.0.0.9', port: 99_999 }];
    list.accept([...bad, ...at('10.0.0.1')]);
    list.accept([...bad, ...at('10.0.0.2')]);
    expect(ids()).toEqual(['10.0.0.2:80']);
    expect(refusals.map(({ candidate, reason }) => `${candidate} ${reason}`)).toEqual([
      '169.254.169.254:80 the egress ranges do not allow its address',
      'evil.com#:80 its host is no name and no address',
      '10.0.0.9:99999 its port is not from 1 to 65535',
    ]);
    list.accept(at('10.0.0.2'));
    list.accept([...bad, ...at('10.0.0.2')]);
    expect(refusals).toHaveLength(6);
  });

  it('case 98: tells of a hostile candidate in bounded length', () => {
    list.accept([{ host: 'x'.repeat(1_000_000), port: 'y'.repeat(1_000_000) as unknown as number }]);
    expect(refusals[0]!.candidate).toHaveLength(121);
  });

  it('case 98: an answer of which nothing can be used is a failure, not an empty list', () => {
    list.accept(at('10.0.0.1'));
    clock.advance(1_000);
    list.accept(at('127.0.0.1', '::1'));
    clock.advance(60_000);
    expect(ids()).toEqual(['10.0.0.1:80']);
    const failure = 'none of the 2 instances it names can be used';
    expect(list.status).toEqual({ state: 'stale', age: 61_000, failure });
  });

  it.each<[string, Partial<Candidate>]>([
    ['port', { port: 81 }],
    ['host', { host: '10.0.0.2' }],
    ['name', { serverName: 'other.test' }],
    ['protocol', { protocol: 'https' }],
  ])('tells of an instance that keeps its id and has another %s as of one that moved', (_, change) => {
    const before = { ...at('10.0.0.1')[0]!, id: 'a' };
    list.accept([before]);
    list.accept([{ ...before, ...change }]);
    const moved = [{ before: { id: 'a', host: '10.0.0.1', port: 80 }, after: { id: 'a', ...change } }];
    expect(lists.at(-1)).toMatchObject({ added: [], removed: [], moved });
    list.accept([{ ...before, ...change, weight: 9 }]);
    expect(lists.at(-1)).toMatchObject({ added: [], removed: [], moved: [] });
  });

  it('takes the first of several with one id', () => {
    const [one, other] = [at('10.0.0.1')[0]!, at('10.0.0.2')[0]!];
    list.accept([{ ...one, id: 'a' }, { ...other, id: 'a' }, ...at('10.0.0.3', '10.0.0.3')]);
    expect(list.instances.map(({ host }) => host)).toEqual(['10.0.0.3', '10.0.0.1']);
    expect(refusals.map(({ candidate }) => candidate)).toEqual(['10.0.0.2:80', '10.0.0.3:80']);
    expect(refusals[0]!.reason).toBe('another instance has its id');
  });

  it('takes no more than 10000 instances, always the same ones', async () => {
    const many = Array.from({ length: 10_500 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    list.accept(at(...many));
    await eventually(() => list.instances.length > 0);
    const before = list.instances;
    expect(before).toHaveLength(10_000);
    expect(refusals).toHaveLength(500);
    expect(refusals[0]!.reason).toBe('the list is longer than 10000 instances');
    list.accept(at(...many.reverse()));
    list.accept(at(...many, '10.0.0.1'));
    await eventually(() => list.instances.length > 0 && lists.length === 2);
    expect(list.instances.slice(1)).toEqual(before.slice(0, -1));
    expect(refusals).toHaveLength(501);
  });

  describe('an empty answer', () => {
    beforeEach(() => {
      list.accept(at('10.0.0.1'));
      list.accept([]);
    });

    it('is doubted for 30 s, then believed', () => {
      clock.advance(29_999);
      expect(ids()).toEqual(['10.0.0.1:80']);
      clock.advance(1);
      expect(ids()).toEqual([]);
      expect(lists.at(-1)).toMatchObject({ instances: [], removed: [{ id: '10.0.0.1:80' }] });
    });

    it('is doubted from when it was first given, however often it is repeated or confirmed', () => {
      clock.advance(20_000);
      list.accept([]);
      list.confirm();
      expect(clock.pending).toBe(1);
      clock.advance(9_999);
      expect(ids()).toEqual(['10.0.0.1:80']);
      clock.advance(1);
      expect(ids()).toEqual([]);
      expect(clock.pending).toBe(0);
    });

    it('that comes at every poll of an outage never empties the list of a registry that is back', () => {
      for (let poll = 0; poll < 5; poll++) {
        clock.advance(5_000);
        list.accept([]);
      }
      list.accept(at('10.0.0.1'));
      clock.advance(600_000);
      expect(ids()).toEqual(['10.0.0.1:80']);
      expect(lists).toHaveLength(1);
    });

    it('counts as doubted at once, not as fresh, and says so once', () => {
      const failure = 'it names no instance any more, which is believed in 30 s';
      expect(list.status).toEqual({ state: 'doubted', age: 0, failure });
      clock.advance(10_000);
      list.accept([]);
      list.confirm();
      expect(list.status).toEqual({ state: 'doubted', age: 0, failure });
      clock.advance(20_000);
      expect(list.status).toEqual({ state: 'fresh', age: 20_000, failure: undefined });
      expect(statuses.map(({ state }) => state)).toEqual(['fresh', 'doubted']);
      list.accept(at('10.0.0.1'));
      list.accept([]);
      expect(statuses.map(({ state }) => state)).toEqual(['fresh', 'doubted', 'doubted']);
    });

    it('is no longer doubted when instances are back, which is told', () => {
      list.accept(at('10.0.0.1'));
      expect(list.status.state).toBe('fresh');
      expect(statuses.map(({ state }) => state)).toEqual(['fresh', 'doubted', 'fresh']);
    });

    it('is forgotten when instances are back', () => {
      clock.advance(29_000);
      list.accept(at('10.0.0.1'));
      expect(clock.pending).toBe(0);
      list.accept([]);
      clock.advance(29_999);
      expect(ids()).toEqual(['10.0.0.1:80']);
    });

    it('is not believed when the registry stops answering meanwhile', () => {
      clock.advance(10_000);
      list.fail('connection refused');
      clock.advance(600_000);
      expect(ids()).toEqual(['10.0.0.1:80']);
      list.accept([]);
      clock.advance(30_000);
      expect(ids()).toEqual([]);
    });
  });

  it('believes an empty answer at once when there was no instance before', () => {
    list.accept([]);
    expect(list.status.state).toBe('fresh');
    expect(clock.pending).toBe(0);
  });

  it('tells each reason of an outage once and shows the newest, also when two take turns', () => {
    list.accept(at('10.0.0.1'));
    for (const reason of ['refused', '403', 'refused', '403']) list.fail(reason);
    expect(statuses.map(({ failure }) => failure)).toEqual([undefined, 'refused', '403']);
    expect(list.status.failure).toBe('403');
    list.confirm();
    list.fail('refused');
    expect(statuses.slice(3).map(({ failure }) => failure)).toEqual([undefined, 'refused']);
  });

  it('tells its age, and each time it goes stale or comes back', () => {
    list.fail('refused');
    list.fail('timed out');
    expect(list.status).toEqual({ state: 'starting', age: undefined, failure: 'timed out' });
    list.accept(at('10.0.0.1'));
    clock.advance(5_000);
    expect(list.status).toEqual({ state: 'fresh', age: 5_000, failure: undefined });
    list.fail('refused');
    clock.advance(5_000);
    list.fail('refused');
    expect(list.status).toEqual({ state: 'stale', age: 10_000, failure: 'refused' });
    list.confirm();
    list.confirm();
    expect(list.status).toEqual({ state: 'fresh', age: 0, failure: undefined });
    expect(statuses.map(({ state, failure }) => [state, failure])).toEqual([
      ['starting', 'refused'],
      ['starting', 'timed out'],
      ['fresh', undefined],
      ['stale', 'refused'],
      ['fresh', undefined],
    ]);
    expect(statuses[0]).toMatchObject({ upstream: 'catalog', kind: 'test' });
  });

  it('changes nothing and says nothing once it is closed', () => {
    list.accept(at('10.0.0.1'));
    list.accept([]);
    list.close();
    expect(clock.pending).toBe(0);
    const said = [lists.length, statuses.length];
    list.accept(at('10.0.0.2'));
    list.fail('refused');
    expect(list.status.state).toBe('fresh');
    expect(ids()).toEqual(['10.0.0.1:80']);
    expect([lists.length, statuses.length]).toEqual(said);
  });

  it('does not come back once it is closed', () => {
    list.accept(at('10.0.0.1'));
    list.fail('refused');
    list.close();
    list.confirm();
    expect(list.status.state).toBe('stale');
    expect(statuses.at(-1)!.state).toBe('stale');
  });

  it('holds no memory of instances that are gone: a thousand others every second for three minutes', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const churn = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        const serial = clock.now() / 1_000;
        const hosts = Array.from({ length: 1_000 }, (_, n) => `10.${serial % 200}.${n >> 8}.${n & 255}`);
        list.accept([
          ...hosts.map((host, n) => ({ host, port: 80, id: `${serial}-${n}` })),
          ...at(`127.0.0.${serial % 250}`),
        ]);
        await eventually(() => list.instances.some(({ id }) => id.startsWith(`${serial}-`)));
        // What observers heard is not the list's memory.
        [lists, refusals, statuses] = [[], [], []];
        clock.advance(1_000);
      }
    };
    await churn(20);
    const before = used();
    await churn(180);
    // 180 lists of 1000 instances would be some 50 MB.
    expect(used() - before).toBeLessThan(5_000_000);
    expect(list.instances).toHaveLength(1_000);
    expect(clock.pending).toBe(0);
  });

  describe('a long list', () => {
    /** Counts the addresses that were checked in each turn of the event loop. */
    class CountingEgress extends Egress {
      readonly turns: number[] = [];
      private isNewTurn = true;

      override allows(address: string): boolean {
        if (this.isNewTurn) {
          this.turns.push(0);
          this.isNewTurn = false;
          setImmediate(() => (this.isNewTurn = true));
        }
        this.turns[this.turns.length - 1]!++;
        return super.allows(address);
      }
    }

    const manyAt = (port: number, count = 2_000): Candidate[] =>
      Array.from({ length: count }, (_, index) => ({ host: `10.1.${index >> 8}.${index & 255}`, port }));
    let egress: CountingEgress;
    beforeEach(() => {
      egress = new CountingEgress(['10.0.0.0/8']);
      list.close();
      list = new InstanceList({ upstream: 'catalog', kind: 'test', egress, clock });
    });

    it('is checked in slices, and takes the place of the former as a whole', async () => {
      list.accept(at('10.0.0.1'));
      list.accept(manyAt(80));
      expect(ids()).toEqual(['10.0.0.1:80']);
      await eventually(() => lists.length === 2);
      expect(list.instances).toHaveLength(2_000);
      expect(Math.max(...egress.turns)).toBeLessThanOrEqual(251);
      expect(egress.turns.length).toBeGreaterThanOrEqual(8);
    });

    it('gives way to the newest that came meanwhile, the ones between are never looked at', async () => {
      for (const port of [80, 81, 82, 83]) list.accept(manyAt(port));
      await eventually(() => list.instances[0]?.port === 83);
      expect(lists.map(({ instances }) => instances[0]!.port)).toEqual([80, 83]);
    });

    it('is followed by a failure that comes while it is checked', async () => {
      list.accept(manyAt(80));
      list.fail('watch lost');
      await eventually(() => lists.length === 1);
      expect(list.status).toMatchObject({ state: 'stale', failure: 'watch lost' });
      expect(statuses.at(-1)).toMatchObject({ state: 'stale', failure: 'watch lost' });
      list.accept(manyAt(81));
      await eventually(() => lists.length === 2);
      expect(list.status).toMatchObject({ state: 'fresh', failure: undefined });
    });

    it('is followed by no failure that a newer list or answer has overtaken', async () => {
      list.accept(manyAt(80));
      list.fail('watch lost');
      list.accept(manyAt(81));
      await eventually(() => lists.length === 2);
      expect(list.status).toMatchObject({ state: 'fresh', failure: undefined });
      list.accept(manyAt(82));
      list.fail('watch lost');
      list.confirm();
      await eventually(() => lists.length === 3);
      expect(list.status).toMatchObject({ state: 'fresh', failure: undefined });
    });

    it('is followed by no empty answer after which the registry failed', async () => {
      list.accept(manyAt(80));
      list.accept([]);
      list.fail('watch lost');
      await eventually(() => lists.length === 1);
      expect(list.status).toMatchObject({ state: 'stale', failure: 'watch lost' });
      clock.advance(60_000);
      expect(list.instances).toHaveLength(2_000);
    });

    it('is given up when it is closed', async () => {
      list.accept(manyAt(80));
      list.accept(manyAt(81));
      list.close();
      const { length } = egress.turns;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect([egress.turns.length, lists.length]).toEqual([length, 0]);
    });
  });
});
