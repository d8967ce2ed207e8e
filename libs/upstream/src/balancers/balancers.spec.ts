import { testContext, seededRandom } from '@portico/testing';
import { get, instance, instances } from '../../test/instances.ts';
import { sharesOf, withCandidates } from '../../test/shares.ts';
import { BALANCE, type BalancePolicy } from '../policies/balance.policy.ts';
import type { Balancer } from './balancer.ts';
import { buildBalancer } from './build-balancer.ts';

const build = (by: BalancePolicy['by']): Balancer =>
  buildBalancer('shop', { cookie: undefined, zone: undefined, ...BALANCE.parse({ by }) }, seededRandom());

describe.each(['p2c', 'roundRobin', 'leastRequest', 'random', 'hash'] as const)('every balancer: %s', (by) => {
  it('case 95: has nothing to choose when there is no instance', () => {
    expect(withCandidates(build(by), []).choose(get(), testContext(), 0)).toBeUndefined();
  });

  it('always chooses the only instance, also when an attempt went there', () => {
    const [only] = instances(1);
    const balancer = withCandidates(build(by), [only!]);
    expect(balancer.choose(get(), testContext(), 0)).toBe(only);
    expect(balancer.choose(get({ avoid: [only!] }), testContext(), 0)).toBe(only);
  });

  it('leaves alone what earlier attempts went to as long as there is another instance', () => {
    const all = instances(4);
    const balancer = withCandidates(build(by), all);
    const shares = sharesOf(balancer, 200, () => get({ avoid: [all[0]!, all[2]!, all[3]!] }));
    expect(shares).toEqual({ b: 200 });
    expect(balancer.choose(get({ avoid: all }), testContext(), 0)).toBeDefined();
  });

  it('case 95: chooses from the new set after it was replaced', () => {
    const balancer = withCandidates(build(by), instances(5));
    sharesOf(balancer, 7);
    balancer.update([instance('x'), instance('y')], []);
    expect(Object.keys(sharesOf(balancer, 50)).every((id) => id === 'x' || id === 'y')).toBe(true);
  });
});

describe.each(['p2c', 'roundRobin', 'leastRequest', 'random'] as const)('every balancer with weights: %s', (by) => {
  it('shares idle instances out by weight', () => {
    const candidates = [instance('a', { weight: 6 }), instance('b', { weight: 3 }), instance('c', { weight: 1 })];
    const shares = sharesOf(withCandidates(build(by), candidates), 10_000);
    expect(shares['a']! / 10_000).toBeCloseTo(0.6, 1);
    expect(shares['b']! / 10_000).toBeCloseTo(0.3, 1);
    expect(shares['c']! / 10_000).toBeCloseTo(0.1, 1);
  });

  it('shares equal instances out equally', () => {
    const shares = sharesOf(withCandidates(build(by), instances(5)), 10_000);
    for (const count of Object.values(shares)) expect(count / 10_000).toBeCloseTo(0.2, 1);
  });

  it('finds an instance however uneven the weights are', () => {
    const candidates = [instance('a', { weight: 65_535 }), instance('b', { weight: 0.001 })];
    expect(sharesOf(withCandidates(build(by), candidates), 1_000)['a']).toBeGreaterThan(990);
  });
});
