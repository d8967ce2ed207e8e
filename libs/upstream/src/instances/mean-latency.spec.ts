import { MeanLatency } from './mean-latency.ts';

function latencyOf(...samples: [elapsed: number, now: number][]): MeanLatency {
  const latency = new MeanLatency();
  for (const [elapsed, now] of samples) latency.record('ok', elapsed, now);
  return latency;
}

const often = (elapsed: number): MeanLatency =>
  latencyOf(...Array.from({ length: 10 }, (): [number, number] => [elapsed, 0]));

describe('the latency of an instance', () => {
  it('is unknown at first', () => {
    expect(new MeanLatency().milliseconds).toBe(0);
  });

  it('is the mean of what was seen, in which the last ten seconds count most', () => {
    expect(latencyOf([10, 0], [30, 0]).milliseconds).toBe(20);
    expect(latencyOf([10, 0], [30, 10_000]).milliseconds).toBeCloseTo((10 / Math.E + 30) / (1 / Math.E + 1), 9);
    expect(latencyOf([1_000, 0], [10, 1e9]).milliseconds).toBe(10);
  });

  it('does not depend on how often the instance is called', () => {
    const every = (interval: number) =>
      latencyOf(
        ...Array.from({ length: 60_000 / interval }, (_, i): [number, number] => [i % 2 ? 5 : 15, i * interval]),
      );
    expect(every(10).milliseconds).toBeCloseTo(10, 0);
    expect(every(1_000).milliseconds).toBeCloseTo(10, 0);
  });

  it('takes a failure for four times as slow as before, at least 100 ms and at most 10 s', () => {
    const latency = new MeanLatency();
    latency.record('failure', 1, 0);
    expect(latency.milliseconds).toBe(100);
    latency.record('error', 1, 0);
    expect(latency.milliseconds).toBe(400);
    for (let failure = 0; failure < 10; failure++) latency.record('failure', 1, 0);
    expect(latency.milliseconds).toBe(10_000);
    latency.record('failure', 30_000, 0);
    expect(latency.milliseconds).toBe(30_000);
  });

  it('learns of an attempt that somebody else ended only that it took so long', () => {
    const latency = latencyOf([50, 0]);
    latency.record('neutral', 5, 0);
    expect(latency.milliseconds).toBe(50);
    latency.record('neutral', 350, 0);
    expect(latency.milliseconds).toBe(200);
  });
});

describe('an instance beside another one', () => {
  it('is slower when it takes more than twice as long', () => {
    expect(often(21).isSlowerThan(often(10), 0)).toBe(true);
    expect(often(20).isSlowerThan(often(10), 0)).toBe(false);
    expect(often(10).isSlowerThan(often(21), 0)).toBe(false);
  });

  it('is neither slower nor faster as long as nothing is known of one of them', () => {
    expect(new MeanLatency().isSlowerThan(often(10), 0)).toBe(false);
    expect(often(10).isSlowerThan(new MeanLatency(), 0)).toBe(false);
  });

  it('is not slower than one that was fast a few times only', () => {
    expect(often(100).isSlowerThan(latencyOf([1, 0], [1, 0], [1, 0], [1, 0]), 0)).toBe(false);
    expect(often(100).isSlowerThan(latencyOf([1, 0], [1, 0], [1, 0], [1, 0], [1, 0]), 0)).toBe(true);
  });

  it('is slower when it failed last, also than one that was called only once', () => {
    const failing = new MeanLatency();
    failing.record('failure', 1, 0);
    expect(failing.isSlowerThan(latencyOf([40, 0]), 0)).toBe(true);
    expect(failing.isSlowerThan(latencyOf([2_000, 0]), 0)).toBe(true);
    expect(failing.isSlowerThan(new MeanLatency(), 0)).toBe(false);
    failing.record('ok', 40, 0);
    expect(failing.isSlowerThan(latencyOf([10, 0]), 0)).toBe(false);
  });

  it('is taken for as fast again after a time without calls, the later the slower it was', () => {
    const [slow, slowest, fast] = [often(40), often(1_000), often(10)];
    expect(slow.isSlowerThan(fast, 10_900)).toBe(true);
    expect(slow.isSlowerThan(fast, 11_000)).toBe(false);
    expect(slowest.isSlowerThan(fast, 45_900)).toBe(true);
    expect(slowest.isSlowerThan(fast, 46_000)).toBe(false);
  });
});
