import type { Instance, SourceStatus } from '@portico/discovery';
import { eventually, FakeClock, testContext } from '@portico/testing';
import { description, get } from '../../test/instances.ts';
import { type ScriptedSource, scriptedSource } from '../../test/scripted-source.ts';
import { RoundRobinBalancer } from '../balancers/round-robin.balancer.ts';
import { events, type InstanceEvent, type TrafficEvent } from '../events.ts';
import { BALANCE } from '../policies/balance.policy.ts';
import { InstanceSet } from './instance-set.ts';

/** A set whose connections are only counted. */
class Counted {
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  readonly clock = new FakeClock();
  readonly balancer = new RoundRobinBalancer(() => 0.5);
  readonly source: ScriptedSource;
  readonly set: InstanceSet;

  constructor(first: readonly Instance[], panicBelow = 0.5, state?: SourceStatus['state']) {
    this.source = scriptedSource(first, state);
    this.set = new InstanceSet({
      upstream: 'shop',
      source: this.source,
      policy: { cookie: undefined, zone: undefined, ...BALANCE.parse({ panicBelow }) },
      balancer: this.balancer,
      open: ({ id }) => {
        this.opened.push(id);
        const close = (): Promise<void> => Promise.resolve(void this.closed.push(id));
        return { send: () => Promise.reject(new Error('not called')), close };
      },
      clock: this.clock,
    });
  }

  /** Who gets calls, in the order of their turns. */
  get candidates(): string {
    const turns = this.set.all.map(() => this.balancer.choose(get(), testContext())?.description.id ?? '');
    return [...new Set(turns)].sort().join(' ');
  }
}

/** Until what waits for the next turn of the event loop is done. */
async function nextTurn(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const three = [description('a'), description('b'), description('c')];

describe('the instances of an upstream', () => {
  it('are those of its source, at once', () => {
    const { set, opened, candidates } = new Counted(three);
    expect(set.all.map(({ description: { id } }) => id)).toEqual(['a', 'b', 'c']);
    expect(opened).toEqual(['a', 'b', 'c']);
    expect(candidates).toBe('a b c');
  });

  it('keep their connections and their history as long as they stay, also with another weight, zone or health', () => {
    const { set, source, opened, closed } = new Counted(three);
    const [a] = set.all;
    a!.ejected = true;
    source.become([description('a', { weight: 7, zone: 'z', healthy: false }), three[2]!]);
    expect(set.all[0]).toBe(a);
    expect(a).toMatchObject({ ejected: true, description: { weight: 7, zone: 'z' } });
    expect(opened).toHaveLength(3);
    expect(closed).toEqual(['b']);
  });

  it.each<[string, Partial<Instance>]>([
    ['host', { host: '192.0.2.2' }],
    ['port', { port: 4002 }],
    ['protocol', { protocol: 'https' }],
    ['name', { serverName: 'shop.test' }],
  ])('are new ones when the %s is another, although they keep their id', (_, change) => {
    const { set, source, opened, closed } = new Counted([description('a')]);
    const [before] = set.all;
    source.become([description('a', change)]);
    expect(set.all[0]).not.toBe(before);
    expect([opened, closed]).toEqual([['a', 'a'], ['a']]);
  });

  it('get no calls while they are left out, from the moment that it is known', async () => {
    const counted = new Counted(three);
    counted.set.all[1]!.failsProbes = true;
    counted.set.refresh();
    expect(counted.candidates).toBe('a c');
    await nextTurn();
    counted.set.all[1]!.failsProbes = false;
    counted.set.refresh();
    expect(counted.candidates).toBe('a b c');
  });

  it.each([0, -3, NaN])('case 95: get no calls with a weight of %f while another one can take them', (weight) => {
    const counted = new Counted([description('a', { weight }), description('b'), description('c', { weight: 2 })]);
    expect(counted.candidates).toBe('b c');
    counted.source.become([description('a', { weight })]);
    expect(counted.candidates).toBe('a');
    expect(counted.set.all[0]!.weight).toBe(1);
  });

  it('tell watchers who is there, at once and at every change, before the balancer hears of it', () => {
    const counted = new Counted(three);
    const told: string[] = [];
    counted.set.onReplace((all) => {
      told.push(all.map(({ description: { id } }) => id).join(''));
      if (all.length === 4) all[3]!.failsProbes = true;
    });
    counted.source.become([...three, description('d')]);
    expect(told).toEqual(['abc', 'abcd']);
    expect(counted.candidates).toBe('a b c');
  });

  it('are found at their address and at their name', () => {
    const named = description('a', { host: '2001:db8::1', serverName: 'Shop.Test.', protocol: 'https', port: 443 });
    const { set, source } = new Counted([named, description('b', { port: 80 })]);
    expect([...set.origins]).toEqual(['https://shop.test', 'https://[2001:db8::1]', 'http://192.0.2.1']);
    source.become([]);
    expect(set.origins.size).toBe(0);
  });

  it('are closed with their source', async () => {
    const { set, source, closed } = new Counted(three);
    set.start();
    expect(source.started).toBe(true);
    await set.close();
    expect(source.closed).toBe(true);
    expect(closed).toEqual(['a', 'b', 'c']);
  });

  it('are told of to subscribers when they join, leave, or their registry changes its mind', () => {
    const told: string[] = [];
    const tell = (message: unknown): void => {
      const { instance, state, reason } = message as InstanceEvent;
      told.push(`${instance} ${state}: ${reason}`);
    };
    events.instance.subscribe(tell);
    const { source } = new Counted(three);
    source.become([three[0]!, description('b', { healthy: false }), description('d')]);
    events.instance.unsubscribe(tell);
    expect(told).toEqual(['b unhealthy: its registry says so', 'd joined: it is new', 'c gone: it left']);
  });

  describe('that are thousands', () => {
    const many = (generation: number): Instance[] =>
      Array.from({ length: 2_000 }, (_, index) => description(`${index}-${generation}`));

    it.each(['ejected', 'failsProbes'] as const)(
      'are selected once a turn, however many of them are %s',
      async (flag) => {
        const { set, balancer } = new Counted(many(0));
        const update = jest.spyOn(balancer, 'update');
        for (const one of set.all) {
          one[flag] = true;
          set.refresh();
        }
        expect(update).toHaveBeenCalledTimes(1);
        await nextTurn();
        expect(update).toHaveBeenCalledTimes(2);
        expect(set.traffic.reason).toContain('0 of 2000 instances in service healthy');
      },
    );

    it('are opened in slices when the list changes, and get calls when all of them are', async () => {
      const counted = new Counted(many(0));
      const before = counted.set.all;
      const turns: number[] = [];
      counted.source.become(many(1));
      while (counted.set.all === before) {
        turns.push(counted.opened.length - 2_000 - turns.reduce((sum, opened) => sum + opened, 0));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(turns.length).toBeGreaterThanOrEqual(7);
      expect(Math.max(...turns)).toBeLessThanOrEqual(500);
      expect(counted.set.all).toHaveLength(2_000);
      expect(counted.closed).toHaveLength(2_000);
    });

    it('are still starting until the first of them get calls, and never again', async () => {
      const { set, source } = new Counted([], 0.5, 'starting');
      expect(set.isStarting).toBe(true);
      source.become(many(0));
      expect([set.status.state, set.all.length, set.isStarting]).toEqual(['fresh', 0, true]);
      await eventually(() => set.all.length === 2_000);
      expect(set.isStarting).toBe(false);
      for (const list of [[], many(1)]) source.become(list);
      expect([set.all.length, set.isStarting]).toEqual([0, false]);
      await set.close();
    });

    it('keep connections and history where they stay, and are opened for the newest list only', async () => {
      const counted = new Counted(many(0));
      const [kept] = counted.set.all;
      for (const generation of [1, 2, 3]) counted.source.become([description('0-0'), ...many(generation)]);
      await eventually(() => counted.set.all[1]!.description.id === '0-3');
      expect(counted.set.all[0]).toBe(kept);
      expect(counted.opened.filter((id) => id.endsWith('-2'))).toEqual([]);
      expect(counted.closed).toHaveLength(1_999 + 2_000);
    });

    it('are closed with the set while they are opened', async () => {
      const counted = new Counted(many(0));
      counted.source.become(many(1));
      await counted.set.close();
      const opened = counted.opened.length;
      await nextTurn();
      expect(counted.opened).toHaveLength(opened);
      expect(counted.closed).toHaveLength(opened);
    });
  });

  describe('tell subscribers, once, that who gets calls is out of the ordinary', () => {
    const out = (id: string): Instance => description(id, { healthy: false, withdrawn: 'maintenance' });
    const told: string[] = [];
    const tell = (message: unknown): void => {
      const { upstream, state, reason } = message as TrafficEvent;
      told.push(`${upstream} ${state}: ${reason}`);
    };
    beforeEach(() => {
      told.length = 0;
      events.traffic.subscribe(tell);
    });
    afterEach(() => events.traffic.unsubscribe(tell));

    it('when failing ones get calls too, and when that is over', async () => {
      const { set } = new Counted(three);
      const [a, b] = set.all;
      for (const one of [a!, b!, a!]) {
        one.ejected = true;
        set.refresh();
      }
      await nextTurn();
      expect([set.traffic.state, told]).toEqual([
        'panic',
        ['shop panic: 1 of 3 instances in service healthy, so 2 that fail get calls too'],
      ]);
      a!.ejected = false;
      set.refresh();
      await nextTurn();
      expect([set.traffic.state, told.at(-1)]).toEqual(['normal', 'shop normal: 2 of 3 instances in service healthy']);
    });

    it('when all are taken out of service, at once and with what their registry calls it, and when one is back', () => {
      const counted = new Counted(three);
      counted.source.become(['a', 'b', 'c'].map(out));
      expect([counted.candidates, counted.set.traffic.state]).toEqual(['', 'none']);
      counted.source.become([...['a', 'b'].map(out), three[2]!]);
      expect(counted.candidates).toBe('c');
      expect(told).toEqual([
        'shop none: all 3 instances are taken out of service (maintenance)',
        'shop normal: 1 of 1 instances in service healthy',
      ]);
    });

    it('but not when there are no instances, which the list says', () => {
      const { set, source } = new Counted([out('a')]);
      source.become([]);
      source.become(three);
      expect([set.traffic.state, told]).toEqual(['normal', [expect.stringContaining('none')]]);
    });

    it('also when panic is off', () => {
      const { set } = new Counted(three, 0);
      for (const one of set.all) one.failsProbes = true;
      set.refresh();
      expect(told).toEqual(['shop none: none of 3 instances in service is healthy, and panic is off']);
    });
  });

  it('are renewed when a healthy one comes, is reached elsewhere or is healthy again, not when one leaves or changes its weight', () => {
    const { set, source } = new Counted(three);
    let renewals = 0;
    set.onRenewal(() => renewals++);
    const become = (...list: Instance[]): number => {
      const before = renewals;
      source.become(list);
      return renewals - before;
    };
    expect(become(three[0]!, description('b', { healthy: false }))).toBe(0);
    expect(become(description('a', { weight: 7 }), description('b', { healthy: false }))).toBe(0);
    expect(become(three[0]!, three[1]!)).toBe(1);
    expect(become(three[0]!, description('b', { port: 4002 }))).toBe(1);
    expect(become(...three.slice(0, 1), description('b', { port: 4002 }), three[2]!)).toBe(1);
    expect(become(description('d', { healthy: false }))).toBe(0);
  });

  it('are told of from the first list on when they may get no calls', () => {
    const told: string[] = [];
    const tell = (message: unknown): void => void told.push((message as InstanceEvent).reason);
    events.instance.subscribe(tell);
    new Counted([three[0]!, description('b', { healthy: false, withdrawn: 'OUT_OF_SERVICE' })]);
    events.instance.unsubscribe(tell);
    expect(told).toEqual(['its registry says so: OUT_OF_SERVICE']);
  });
});
