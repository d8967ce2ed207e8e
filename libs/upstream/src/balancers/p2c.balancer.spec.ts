import { instance, instances } from '../../test/instances.ts';
import { seededRandom } from '@portico/testing';
import { sharesOf, withCandidates } from '../../test/shares.ts';
import { P2cBalancer } from './p2c.balancer.ts';

const p2c = (): P2cBalancer => new P2cBalancer(seededRandom());

describe('the power of two choices', () => {
  it('never sends to the slow one of three, and shares the calls between the others', () => {
    const [fast, slow, middle] = instances(3);
    for (let call = 0; call < 5; call++) {
      fast!.latency.record('ok', 10, 0);
      middle!.latency.record('ok', 15, 0);
      slow!.latency.record('ok', 1_000, 0);
    }
    const shares = sharesOf(withCandidates(p2c(), [fast!, slow!, middle!]), 1_000);
    expect(shares).toEqual({ a: expect.any(Number), c: expect.any(Number) });
    expect(shares['a']! / 1_000).toBeCloseTo(0.5, 1);
  });

  it('counts the calls under way, by weight', () => {
    const light = instance('light');
    const heavy = instance('heavy', { weight: 4 });
    const balancer = withCandidates(p2c(), [light, heavy]);
    light.inFlight = 3;
    heavy.inFlight = 11;
    expect(sharesOf(balancer, 10_000)['light']! / 10_000).toBeCloseTo(0.18, 1);
    light.inFlight = 30;
    heavy.inFlight = 40;
    expect(sharesOf(balancer, 100)).toEqual({ heavy: 100 });
    light.inFlight = 0;
    heavy.inFlight = 30;
    // What is left is drawn twice, and 30 under way may still be chance.
    expect(sharesOf(balancer, 10_000)['heavy']! / 10_000).toBeCloseTo(0.8 * 0.8, 1);
  });

  it('sends nothing more to an instance that hangs, however heavy it is', () => {
    const hangs = instance('hangs', { weight: 9 });
    const balancer = withCandidates(p2c(), [hangs, instance('works')]);
    hangs.inFlight = 90;
    expect(sharesOf(balancer, 100)).toEqual({ works: 100 });
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
