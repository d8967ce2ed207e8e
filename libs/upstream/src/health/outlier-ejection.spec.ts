import { FakeClock } from '@portico/testing';
import { events, type InstanceEvent } from '../events.ts';
import { UpstreamInstance } from '../instances/upstream-instance.ts';
import { EJECTION, type EjectionPolicy } from '../policies/ejection.policy.ts';
import { OutlierEjection } from './outlier-ejection.ts';
import type { Outcome } from './outcome.ts';

const SECOND = 1_000;

function instanceOf(port: number): UpstreamInstance {
  const description = {
    id: `10.0.0.1:${port}`,
    protocol: 'http',
    host: '10.0.0.1',
    port,
    serverName: undefined,
    weight: 1,
    zone: undefined,
    tags: [],
    priority: 0,
    healthy: true,
    withdrawn: undefined,
  } as const;
  return new UpstreamInstance(description, () => Promise.reject(new Error('not called')), 0);
}

/** Some instances under watch, and what was told about them. */
class Watched {
  readonly clock = new FakeClock();
  readonly instances: UpstreamInstance[];
  readonly ejection: OutlierEjection;
  changes = 0;

  constructor(count: number, policy: Partial<EjectionPolicy> = {}) {
    this.instances = Array.from({ length: count }, (_, index) => instanceOf(index + 1));
    const onChange = (): void => void this.changes++;
    this.ejection = new OutlierEjection({
      upstream: 'shop',
      policy: EJECTION.parse(policy),
      clock: this.clock,
      onChange,
    });
    this.ejection.replace(this.instances);
  }

  /** `times` calls to one instance, each a millisecond after the other. */
  calls(instance: UpstreamInstance, outcome: Outcome, times = 1): void {
    for (let call = 0; call < times; call++) {
      this.clock.advance(1);
      this.ejection.record(instance, outcome, this.clock.now(), this.clock.now());
    }
  }

  get ejected(): number {
    return this.instances.filter(({ ejected }) => ejected).length;
  }

  /** Ejects an instance and returns how many whole seconds it is out. */
  secondsOut(instance: UpstreamInstance): number {
    this.calls(instance, 'failure', 5);
    expect(instance.ejected).toBe(true);
    let seconds = 0;
    for (; instance.ejected; seconds++) this.clock.advance(SECOND);
    return seconds;
  }
}

const told: InstanceEvent[] = [];
const tell = (message: unknown): unknown => told.push(message as InstanceEvent);
beforeAll(() => events.instance.subscribe(tell));
afterAll(() => events.instance.unsubscribe(tell));
beforeEach(() => void told.splice(0));

describe('outlier ejection', () => {
  it('ejects after so many failures in a row and lets the instance back after its time', () => {
    const watched = new Watched(3);
    const [bad] = watched.instances as [UpstreamInstance];
    watched.calls(bad, 'failure', 4);
    expect(bad.ejected).toBe(false);
    watched.calls(bad, 'failure');
    expect(bad).toMatchObject({ ejected: true, healthy: false });
    watched.clock.advance(10 * SECOND - 1);
    expect(bad.ejected).toBe(true);
    watched.clock.advance(1);
    expect(bad).toMatchObject({ ejected: false, healthy: true });
    expect(watched.changes).toBe(2);
    expect(told).toEqual([
      {
        upstream: 'shop',
        instance: '10.0.0.1:1',
        address: '10.0.0.1:1',
        state: 'ejected',
        reason: '5 failures in a row: left out for 10000 ms',
      },
      expect.objectContaining({ instance: '10.0.0.1:1', state: 'healthy', reason: 'its 10000 ms are over' }),
    ]);
  });

  it.each<Outcome>(['ok', 'error'])('starts a row anew after an answer that is %s', (outcome) => {
    const watched = new Watched(3);
    const [instance] = watched.instances as [UpstreamInstance];
    for (let round = 0; round < 3; round++) {
      watched.calls(instance, 'failure', 4);
      watched.calls(instance, outcome);
    }
    expect(instance.ejected).toBe(false);
  });

  it('takes no notice of attempts that others ended', () => {
    const watched = new Watched(3);
    const [instance] = watched.instances as [UpstreamInstance];
    watched.calls(instance, 'neutral', 100);
    watched.calls(instance, 'failure', 4);
    watched.calls(instance, 'neutral', 100);
    expect(instance.ejected).toBe(false);
    watched.calls(instance, 'failure');
    expect(instance.ejected).toBe(true);
  });

  it('ejects at the failure rate, with 500 included, but never below the minimum of calls', () => {
    const watched = new Watched(3);
    const [few, many] = watched.instances as [UpstreamInstance, UpstreamInstance];
    watched.calls(few, 'error', 19);
    expect(few.ejected).toBe(false);
    for (let pair = 0; pair < 10; pair++) {
      expect(many.ejected).toBe(false);
      watched.calls(many, 'ok');
      watched.calls(many, 'error');
    }
    expect(many.ejected).toBe(true);
    expect(told.at(-1)!.reason).toBe('10 of 20 calls failed: left out for 10000 ms');
  });

  it('forgets calls that are older than the window', () => {
    const watched = new Watched(3);
    const [instance] = watched.instances as [UpstreamInstance];
    watched.calls(instance, 'error', 19);
    watched.clock.advance(10 * SECOND);
    watched.calls(instance, 'error', 19);
    expect(instance.ejected).toBe(false);
    watched.calls(instance, 'error');
    expect(instance.ejected).toBe(true);
  });

  it('judges afresh after an ejection, and does not count calls that began before its end', () => {
    const watched = new Watched(3);
    const [instance] = watched.instances as [UpstreamInstance];
    const before = watched.clock.now();
    watched.secondsOut(instance);
    for (let call = 0; call < 100; call++) watched.ejection.record(instance, 'failure', before, watched.clock.now());
    watched.calls(instance, 'failure', 4);
    expect(instance.ejected).toBe(false);
  });

  it('ejects for longer each time in a row, up to the longest time', () => {
    const watched = new Watched(3, { maxEjectFor: 35 * SECOND });
    const [instance] = watched.instances as [UpstreamInstance];
    const seconds = Array.from({ length: 6 }, () => watched.secondsOut(instance));
    expect(seconds).toEqual([10, 20, 30, 35, 35, 35]);
  });

  it('shortens the next ejection by one step for each such time in good order', () => {
    const watched = new Watched(3);
    const [instance] = watched.instances as [UpstreamInstance];
    for (let ejection = 0; ejection < 3; ejection++) watched.secondsOut(instance);
    watched.clock.advance(20 * SECOND);
    expect(watched.secondsOut(instance)).toBe(20);
    watched.clock.advance(3_600 * SECOND);
    expect(watched.secondsOut(instance)).toBe(10);
  });

  it('case 95: never ejects a single instance, however it fails', () => {
    const watched = new Watched(1, { maxEjected: 1 });
    watched.calls(watched.instances[0]!, 'failure', 1_000);
    expect(watched.ejected).toBe(0);
    expect(watched.clock.pending).toBe(0);
  });

  it.each([
    [2, 0.5, 1],
    [3, 0.5, 1],
    [10, 0.5, 5],
    [5, 0.01, 1],
    [4, 1, 3],
  ])('case 95: of %i instances with a maximum of %f has %i out at one time', (count, maxEjected, out) => {
    const watched = new Watched(count, { maxEjected });
    for (const instance of watched.instances) watched.calls(instance, 'failure', 5);
    expect(watched.ejected).toBe(out);
  });

  it('ejects the next failing one as soon as another has come back', () => {
    const watched = new Watched(2);
    const [one, other] = watched.instances as [UpstreamInstance, UpstreamInstance];
    watched.calls(one, 'failure', 5);
    watched.calls(other, 'failure', 50);
    expect(other.ejected).toBe(false);
    watched.clock.advance(10 * SECOND);
    watched.calls(other, 'failure');
    expect([one.ejected, other.ejected]).toEqual([false, true]);
  });

  it('case 95: takes the one that is out longest back when another one fails, after a second at least', () => {
    const watched = new Watched(2);
    const [one, other] = watched.instances as [UpstreamInstance, UpstreamInstance];
    watched.calls(one, 'failure', 5);
    watched.calls(other, 'failure', 900);
    expect([one.ejected, other.ejected]).toEqual([true, false]);
    watched.calls(other, 'failure', 101);
    expect([one.ejected, other.ejected]).toEqual([false, true]);
    expect(watched.clock.pending).toBe(1);
  });

  it('keeps what it knows of those that stay in a new list, and forgets those that left', () => {
    const watched = new Watched(4);
    const [stays, leaves, third, fourth] = watched.instances as [UpstreamInstance, UpstreamInstance, never, never];
    watched.calls(stays, 'failure', 5);
    watched.calls(leaves, 'failure', 5);
    watched.ejection.replace([stays, third, fourth]);
    expect(watched.clock.pending).toBe(1);
    expect(stays.ejected).toBe(true);
    watched.calls(leaves, 'failure', 5);
    watched.clock.advance(10 * SECOND);
    expect(stays.ejected).toBe(false);
    expect(watched.changes).toBe(3);
  });

  it('case 95: lets ejected instances back when a shorter list holds too many of them', () => {
    const watched = new Watched(4);
    const [one, other] = watched.instances as [UpstreamInstance, UpstreamInstance];
    watched.calls(one, 'failure', 5);
    watched.calls(other, 'failure', 5);
    watched.ejection.replace([one, other]);
    expect(watched.ejected).toBe(1);
    expect(watched.clock.pending).toBe(1);
    watched.ejection.replace([other]);
    expect(other.ejected).toBe(false);
    expect(told.at(-1)).toMatchObject({ state: 'healthy', reason: 'too few others are left' });
  });

  it('leaves no timer behind', () => {
    const watched = new Watched(4);
    for (const instance of watched.instances) watched.calls(instance, 'failure', 5);
    expect(watched.clock.pending).toBe(2);
    watched.ejection.close();
    expect(watched.clock.pending).toBe(0);
  });
});
