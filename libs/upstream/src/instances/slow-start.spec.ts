import { FakeClock, testContext, seededRandom } from '@portico/testing';
import { description, get } from '../../test/instances.ts';
import { scriptedSource } from '../../test/scripted-source.ts';
import { P2cBalancer } from '../balancers/p2c.balancer.ts';
import { BALANCE } from '../policies/balance.policy.ts';
import { InstanceSet } from './instance-set.ts';

const CALLS = 20_000;

function twoWithOneNew(slowStart: number) {
  const clock = new FakeClock();
  const source = scriptedSource([description('old')]);
  const balancer = new P2cBalancer(seededRandom());
  const policy = { cookie: undefined, zone: undefined, ...BALANCE.parse({ slowStart }) };
  const open = () => ({ send: () => Promise.reject(new Error('not called')), close: () => Promise.resolve() });
  const set = new InstanceSet({ upstream: 'shop', source, policy, balancer, open, clock });
  clock.advance(60_000);
  source.become([description('new'), description('old')]);
  /** Share of the calls that the new instance gets, `age` milliseconds after it joined. */
  const shareAt = (age: number): number => {
    clock.advance(60_000 + age - clock.now());
    set.advance(clock.now());
    let count = 0;
    for (let call = 0; call < CALLS; call++) {
      if (balancer.choose(get(), testContext({ clock }), clock.now())!.description.id === 'new') count++;
    }
    return count / CALLS;
  };
  return { shareAt, set, clock };
}

describe('slow start', () => {
  it('case 95: gives a new instance a tenth of a share at first, and the whole after its time, in a straight line', () => {
    const { shareAt } = twoWithOneNew(10_000);
    for (const age of [0, 2_500, 5_000, 7_500]) {
      const weight = 0.1 + (0.9 * age) / 10_000;
      expect(Math.abs(shareAt(age) - weight / (1 + weight))).toBeLessThan(0.02);
    }
    expect(shareAt(10_000)).toBeCloseTo(0.5, 1);
    expect(shareAt(1e6)).toBeCloseTo(0.5, 1);
  });

  it('needs no timer', () => {
    expect(twoWithOneNew(10_000).clock.pending).toBe(0);
  });

  it('is off for 0', () => {
    expect(twoWithOneNew(0).shareAt(0)).toBeCloseTo(0.5, 1);
  });

  it('spares those that were there from the beginning, who have nobody to be slow beside', () => {
    expect(twoWithOneNew(10_000).set.all.map(({ description: { id }, weight }) => [id, weight])).toEqual([
      ['new', 0.1],
      ['old', 1],
    ]);
  });
});
