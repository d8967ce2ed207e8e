import { instance, instances } from '../../test/instances.ts';
import { seededRandom } from '@portico/testing';
import { sharesOf, withCandidates } from '../../test/shares.ts';
import { P2cBalancer } from './p2c.balancer.ts';

const p2c = (): P2cBalancer => new P2cBalancer(seededRandom());

describe('the power of two choices', () => {
  it('never sends to the most expensive instance of three as long as nothing else is drawn', () => {
    const [fast, slow, middle] = instances(3);
    fast!.latency.record('ok', 10, 0);
    middle!.latency.record('ok', 20, 0);
    slow!.latency.record('ok', 1_000, 0);
    const shares = sharesOf(withCandidates(p2c(), [fast!, slow!, middle!]), 1_000);
    expect(shares).toEqual({ a: expect.any(Number), c: expect.any(Number) });
    expect(shares['a']! / 1_000).toBeCloseTo(2 / 3, 1);
  });

  it('counts the calls under way, by weight', () => {
    const light = instance('light');
    const heavy = instance('heavy', { weight: 4 });
    const balancer = withCandidates(p2c(), [light, heavy]);
    light.inFlight = 3;
    heavy.inFlight = 11;
    expect(sharesOf(balancer, 100)).toEqual({ heavy: 100 });
    heavy.inFlight = 13;
    expect(sharesOf(balancer, 100)).toEqual({ light: 100 });
  });

  it('takes a new instance for as fast as the other, so that it is neither shunned nor flooded', () => {
    const [known, fresh] = instances(2);
    known!.latency.record('ok', 5, 0);
    const balancer = withCandidates(p2c(), [known!, fresh!]);
    expect(sharesOf(balancer, 1_000)['b']! / 1_000).toBeCloseTo(0.5, 1);
    fresh!.inFlight = 1;
    expect(sharesOf(balancer, 100)).toEqual({ a: 100 });
  });

  it('does not take an instance that fails at once for a fast one', () => {
    const [good, broken] = instances(2);
    good!.latency.record('ok', 50, 0);
    broken!.latency.record('failure', 1, 0);
    expect(sharesOf(withCandidates(p2c(), [good!, broken!]), 100)).toEqual({ a: 100 });
  });
});
