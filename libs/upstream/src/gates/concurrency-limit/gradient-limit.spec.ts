import { FakeClock, seededRandom } from '@portico/testing';
import fc from 'fast-check';
import { SlottedServer } from '../../../test/slotted-server.ts';
import { CONCURRENCY_LIMIT } from '../../policies/concurrency-limit.policy.ts';
import { GradientLimit } from './gradient-limit.ts';

const SEEDS = Array.from({ length: 8 }, (_, seed) => seed);

/** Clients that call again as soon as they are answered, or after a short rest when they are refused. */
class Simulation {
  readonly server: SlottedServer;
  readonly gradient = new GradientLimit(CONCURRENCY_LIMIT.parse({}));
  private readonly clock = new FakeClock();
  private readonly random: () => number;
  private inFlight = 0;

  constructor(seed: number, options: { readonly clients: number; readonly workers: number }) {
    this.random = seededRandom(seed);
    this.server = new SlottedServer(options.workers, this.clock, this.random);
    for (let i = 0; i < options.clients; i++) this.call();
  }

  /** Lets seconds pass. Returns the limit in the middle of those that there were, and the largest. */
  run(seconds: number): { median: number; most: number } {
    const limits: number[] = [];
    for (let step = 0; step < seconds * 10; step++) {
      this.clock.advance(100);
      limits.push(this.gradient.limit);
    }
    limits.sort((one, other) => one - other);
    return { median: limits[limits.length >> 1]!, most: limits.at(-1)! };
  }

  private readonly call = (): void => {
    if (this.inFlight >= this.gradient.limit) {
      this.clock.after(20 + 40 * this.random(), this.call);
      return;
    }
    const startedAt = this.clock.now();
    this.gradient.started(++this.inFlight);
    this.server.call(() => {
      this.inFlight--;
      this.gradient.answered(startedAt, this.clock.now());
      this.call();
    });
  };
}

describe('GradientLimit', () => {
  describe('with a simulated server of 20 workers and more clients than it can serve', () => {
    it.each(SEEDS)('settles between 15 and 40 (seed %d)', (seed) => {
      const simulation = new Simulation(seed, { clients: 60, workers: 20 });
      simulation.run(10);
      const { median, most } = simulation.run(30);
      expect(median).toBeGreaterThanOrEqual(15);
      expect(most).toBeLessThanOrEqual(40);
    });

    it.each(SEEDS)('shrinks when the server takes five times as long, and recovers (seed %d)', (seed) => {
      const simulation = new Simulation(seed, { clients: 60, workers: 20 });
      const before = simulation.run(15).median;
      simulation.server.serviceTime *= 5;
      simulation.run(3);
      expect(simulation.run(3).most).toBeLessThan(before / 2);
      simulation.server.serviceTime /= 5;
      simulation.run(20);
      const { median, most } = simulation.run(20);
      expect(median).toBeGreaterThanOrEqual(15);
      expect(most).toBeLessThanOrEqual(40);
    });

    it('takes a server that stays slow for what it is: the limit does not stay at its least', () => {
      const simulation = new Simulation(1, { clients: 60, workers: 20 });
      simulation.run(15);
      simulation.server.serviceTime *= 5;
      simulation.run(60);
      expect(simulation.run(30).median).toBeGreaterThanOrEqual(15);
    });
  });

  it('finds its way down from five times of what the server can do', () => {
    const simulation = new Simulation(2, { clients: 60, workers: 4 });
    simulation.run(30);
    expect(simulation.run(20).most).toBeLessThanOrEqual(12);
  });

  it('does not grow for clients who use less than half of it', () => {
    const simulation = new Simulation(3, { clients: 9, workers: 20 });
    expect(simulation.run(30).most).toBe(20);
  });

  it('grows as long as nothing gets slower, up to its most', () => {
    const simulation = new Simulation(4, { clients: 400, workers: 1_000 });
    simulation.run(40);
    expect(simulation.run(1).median).toBe(256);
  });

  it('stays within its bounds whatever happens', () => {
    const event = fc.record({
      wait: fc.nat(400),
      latency: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      inFlight: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (happened) => {
        const gradient = new GradientLimit({ initial: 20, min: 3, max: 50, tolerance: 1.5 });
        let now = 0;
        for (const { wait, latency, inFlight } of happened) {
          now += wait;
          gradient.started(inFlight);
          if (latency === null) gradient.overloaded(now);
          else gradient.answered(now, (now += latency));
          expect(gradient.limit).toBeGreaterThanOrEqual(3);
          expect(gradient.limit).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
