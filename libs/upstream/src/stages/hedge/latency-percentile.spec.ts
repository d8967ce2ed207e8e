import { seededRandom } from '@portico/testing';
import fc from 'fast-check';
import { LatencyPercentile } from './latency-percentile.ts';

describe('LatencyPercentile', () => {
  it('says nothing before it has seen 20 latencies', () => {
    const percentile = new LatencyPercentile(0.95);
    for (let i = 0; i < 19; i++) percentile.record(5);
    expect(percentile.value).toBeUndefined();
    percentile.record(5);
    expect(percentile.value).toBeDefined();
  });

  it('is at most a tenth above the exact percentile, and never below it', () => {
    const latency = fc.integer({ min: 1, max: 60_000 });
    // 16 more each time after the first 20: then the estimate has seen them all.
    const lengths = fc.nat(20).map((times) => 20 + 16 * times);
    const latencies = lengths.chain((length) => fc.array(latency, { minLength: length, maxLength: length }));
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 999 }), latencies, (permille, seen) => {
        const percentile = new LatencyPercentile(permille / 1_000);
        for (const each of seen) percentile.record(each);
        const rank = Math.ceil((permille / 1_000) * seen.length);
        const exact = seen.toSorted((one, other) => one - other)[rank - 1]!;
        expect(percentile.value).toBeGreaterThanOrEqual(exact);
        expect(percentile.value).toBeLessThanOrEqual(exact * 1.1);
      }),
    );
  });

  it('forgets: after some thousand others the old latencies make no difference', () => {
    const random = seededRandom(1);
    const percentile = new LatencyPercentile(0.9);
    for (let i = 0; i < 100_000; i++) percentile.record(900 + 100 * random());
    for (let i = 0; i < 20_000; i++) percentile.record(9 + random());
    expect(percentile.value).toBeLessThan(11);
  });

  it('takes latencies beyond its range for the ends of it', () => {
    const percentile = new LatencyPercentile(0.5);
    for (let i = 0; i < 20; i++) percentile.record(0);
    expect(percentile.value).toBeCloseTo(0.1);
    for (let i = 0; i < 60; i++) percentile.record(1e9);
    expect(percentile.value).toBeGreaterThanOrEqual(60_000);
    expect(percentile.value).toBeLessThan(66_000);
  });
});
