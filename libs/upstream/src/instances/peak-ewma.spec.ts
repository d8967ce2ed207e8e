import { PeakEwma } from './peak-ewma.ts';

describe('the latency of an instance', () => {
  it('is unknown at first', () => {
    expect(new PeakEwma().at(1_000)).toBe(0);
  });

  it('follows a rise at once and a fall slowly', () => {
    const latency = new PeakEwma();
    latency.record('ok', 10, 0);
    latency.record('ok', 500, 1);
    expect(latency.at(1)).toBe(500);
    latency.record('ok', 10, 2);
    expect(latency.at(2)).toBeGreaterThan(499);
    for (let now = 1_002; now <= 60_002; now += 1_000) latency.record('ok', 10, now);
    expect(latency.at(60_002)).toBeGreaterThan(9);
    expect(latency.at(60_002)).toBeLessThan(12);
  });

  it('fades while nothing is heard, to 37 % in ten seconds', () => {
    const latency = new PeakEwma();
    latency.record('ok', 1_000, 0);
    expect(latency.at(10_000)).toBeCloseTo(368, 0);
    expect(latency.at(1e9)).toBe(0);
  });

  it('takes a failure for four times as slow as before, at least 100 ms and at most 10 s', () => {
    const latency = new PeakEwma();
    latency.record('failure', 1, 0);
    expect(latency.at(0)).toBe(100);
    latency.record('error', 1, 0);
    expect(latency.at(0)).toBe(400);
    for (let failure = 0; failure < 10; failure++) latency.record('failure', 1, 0);
    expect(latency.at(0)).toBe(10_000);
    latency.record('failure', 30_000, 0);
    expect(latency.at(0)).toBe(30_000);
  });

  it('learns of an attempt that somebody else ended only that it took so long', () => {
    const latency = new PeakEwma();
    latency.record('ok', 50, 0);
    latency.record('neutral', 5, 0);
    expect(latency.at(0)).toBe(50);
    latency.record('neutral', 300, 0);
    expect(latency.at(0)).toBe(300);
  });
});
