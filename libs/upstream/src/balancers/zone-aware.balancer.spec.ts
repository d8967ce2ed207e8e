import { testContext, seededRandom } from '@portico/testing';
import { get, instance } from '../../test/instances.ts';
import { sharesOf } from '../../test/shares.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { P2cBalancer } from './p2c.balancer.ts';
import { ZoneAwareBalancer } from './zone-aware.balancer.ts';

const CALLS = 10_000;
const near = Array.from({ length: 10 }, (_, index) => instance(`near-${index}`, { zone: 'a' }));
const far = Array.from({ length: 5 }, (_, index) => instance(`far-${index}`, { zone: index < 2 ? 'b' : undefined }));
const all = [...near, ...far];

function balancerOf(candidates: readonly UpstreamInstance[], known = all): ZoneAwareBalancer {
  const random = seededRandom();
  const balancer = new ZoneAwareBalancer('a', new P2cBalancer(random), new P2cBalancer(random), random);
  balancer.update(candidates, known);
  return balancer;
}

function shareHere(balancer: ZoneAwareBalancer): number {
  const shares = Object.entries(sharesOf(balancer, CALLS));
  return shares.reduce((sum, [id, count]) => sum + (id.startsWith('near') ? count : 0), 0) / CALLS;
}

describe('zone preference', () => {
  it.each([
    ['all', 10, 1],
    ['eight of ten', 8, 1],
    ['half', 5, 0.7],
    ['two of ten', 2, 0.28],
    ['none', 0, 0],
  ])('keeps what the zone can carry: %s of its instances are healthy', (_, healthy, share) => {
    expect(shareHere(balancerOf([...near.slice(0, healthy), ...far]))).toBeCloseTo(share, 1);
  });

  it('keeps everything when there is nobody elsewhere', () => {
    expect(shareHere(balancerOf(near.slice(0, 1)))).toBe(1);
  });

  it('does not count spare instances of the zone as lost', () => {
    const spare = instance('near-spare', { zone: 'a', weight: 0 });
    expect(shareHere(balancerOf([near[0]!, ...far], [near[0]!, spare, ...far]))).toBe(1);
  });

  it('crosses the border for another attempt when the zone has no other instance', () => {
    const balancer = balancerOf([near[0]!, ...far], [near[0]!, ...far]);
    expect(balancer.choose(get({ avoid: [near[0]!] }), testContext(), 0)!.description.id).toMatch(/^far/);
    expect(balancer.choose(get({ avoid: [near[0]!, ...far] }), testContext(), 0)).toBeDefined();
  });

  it('case 95: has nothing to choose when there is no instance', () => {
    expect(balancerOf([]).choose(get(), testContext(), 0)).toBeUndefined();
  });
});
