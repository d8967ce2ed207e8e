import { instance, instances } from '../../test/instances.ts';
import { seededRandom } from '@portico/testing';
import { sharesOf, withCandidates } from '../../test/shares.ts';
import { LeastRequestBalancer } from './least-request.balancer.ts';

describe('least request', () => {
  it('chooses whoever has the fewest calls under way, and draws among equals', () => {
    const [a, b, c] = instances(3);
    a!.inFlight = 2;
    const shares = sharesOf(withCandidates(new LeastRequestBalancer(seededRandom()), [a!, b!, c!]), 1_000);
    expect(Object.keys(shares).sort()).toEqual(['b', 'c']);
    expect(shares['b']! / 1_000).toBeCloseTo(0.5, 1);
  });

  it('counts calls by weight', () => {
    const light = instance('light');
    const heavy = instance('heavy', { weight: 10 });
    light.inFlight = 4;
    heavy.inFlight = 9;
    const balancer = withCandidates(new LeastRequestBalancer(seededRandom()), [light, heavy]);
    expect(sharesOf(balancer, 10)).toEqual({ heavy: 10 });
  });
});
