import fc from 'fast-check';
import { BREAKER, type BreakerPolicy } from '../../policies/breaker.policy.ts';
import { CircuitBreaker, REFUSED } from './circuit-breaker.ts';

type Outcome = Parameters<CircuitBreaker['settle']>[1];

/** Small numbers, so that a test can follow them. */
const SMALL = { minimumCalls: 4, slowCall: 1_000, openFor: 5_000, probes: 3, probeTimeout: 2_000 };

/** A breaker with a clock of its own, and what it told its listener. */
class Fixture {
  readonly changes: string[] = [];
  readonly breaker: CircuitBreaker;
  now = 0;

  constructor(policy: Partial<BreakerPolicy>) {
    this.breaker = new CircuitBreaker(BREAKER.parse({ ...SMALL, ...policy }), (from, to, reason) =>
      this.changes.push(`${from} -> ${to}: ${reason}`),
    );
  }

  admit(): number {
    return this.breaker.admit(this.now);
  }

  settle(ticket: number, outcome: Outcome, startedAt = this.now): void {
    this.breaker.settle(ticket, outcome, startedAt, this.now);
  }

  /** Calls that end now and began `duration` milliseconds ago. */
  call(outcome: Outcome, times = 1, duration = 0): void {
    for (let i = 0; i < times; i++) this.settle(this.admit(), outcome, this.now - duration);
  }

  /** Brings it to the moment at which the next call is a probe. */
  openAndWait(): void {
    this.call('failure', 4);
    this.now += 5_000;
  }
}

const circuit = (policy: Partial<BreakerPolicy> = {}) => new Fixture(policy);

type Step =
  | { readonly kind: 'admit' }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'settle'; readonly which: number; readonly outcome: Outcome };

/** Plays any sequence of events and keeps count of the probes of each trial. */
class Player {
  readonly unit = circuit();
  private readonly underWay: { ticket: number; at: number; period: number }[] = [];
  /** By the number of changes before them: probes let through, without those that gave their place back in time. */
  private readonly probes = new Map<number, number>();

  play(step: Step): void {
    if (step.kind === 'wait') this.unit.now += step.milliseconds;
    else if (step.kind === 'admit') this.admit();
    else this.settle(step.which, step.outcome);
  }

  private admit(): void {
    const { unit } = this;
    const ticket = unit.admit();
    if (ticket === REFUSED) return;
    const period = unit.changes.length;
    this.underWay.push({ ticket, at: unit.now, period });
    if (unit.breaker.state === 'half-open') this.count(period, 1);
    expect(this.probes.get(period) ?? 0).toBeLessThanOrEqual(SMALL.probes);
  }

  private settle(which: number, outcome: Outcome): void {
    const [call] = this.underWay.splice(which % Math.max(1, this.underWay.length), 1);
    if (!call) return;
    this.unit.settle(call.ticket, outcome, call.at);
    if (outcome === 'neutral' && this.unit.now < call.at + SMALL.probeTimeout) this.count(call.period, -1);
  }

  private count(period: number, step: number): void {
    this.probes.set(period, (this.probes.get(period) ?? 0) + step);
  }
}

describe('a closed circuit breaker', () => {
  it('case 92: never opens below the minimum of calls', () => {
    const unit = circuit();
    unit.call('failure', 3);
    unit.now += 10_000;
    unit.call('failure', 3);
    expect(unit.breaker.state).toBe('closed');
    unit.call('failure');
    expect(unit.breaker.state).toBe('open');
    expect(unit.changes).toEqual(['closed -> open: 4 of 4 calls failed']);
  });

  it('case 92: opens at the rate of failures, not below, also when a success makes the minimum full', () => {
    const below = circuit({ window: { calls: 20 }, minimumCalls: 20, failureRate: 0.55 });
    below.call('failure', 10);
    below.call('ok', 10);
    expect(below.breaker.state).toBe('closed');
    const at = circuit({ window: { calls: 20 }, minimumCalls: 20, failureRate: 0.55 });
    at.call('error', 11);
    at.call('ok', 8);
    expect(at.breaker.state).toBe('closed');
    at.call('ok');
    expect(at.breaker.state).toBe('open');
  });

  it('case 92: opens at the rate of slow calls, though they succeed', () => {
    const unit = circuit({ slowRate: 0.5 });
    unit.call('ok', 2, 999);
    unit.call('ok', 1, 1_000);
    expect(unit.breaker.state).toBe('closed');
    unit.call('ok', 1, 1_000);
    expect(unit.changes).toEqual(['closed -> open: 2 of 4 calls were slow']);
  });

  it('case 92: looks at the last calls only', () => {
    const unit = circuit({ window: { calls: 4 }, failureRate: 0.75 });
    unit.call('failure', 2);
    unit.call('ok', 2);
    unit.call('failure', 2);
    expect(unit.breaker.state).toBe('closed');
    unit.call('failure');
    expect(unit.breaker.state).toBe('open');
  });

  it('opens when a window that is smaller than the minimum is full', () => {
    const unit = circuit({ window: { calls: 2 }, minimumCalls: 20 });
    unit.call('failure', 2);
    expect(unit.breaker.state).toBe('open');
  });

  it('case 92: takes no notice of neutral calls', () => {
    const unit = circuit();
    unit.call('neutral', 100, 60_000);
    unit.call('failure', 3);
    expect(unit.breaker.state).toBe('closed');
  });
});

describe('an open circuit breaker', () => {
  it('case 92: refuses until its time is over, and says how long that is', () => {
    const unit = circuit();
    unit.call('failure', 4);
    expect(unit.admit()).toBe(REFUSED);
    unit.now = 4_999;
    expect(unit.admit()).toBe(REFUSED);
    expect(unit.breaker.waitAt(unit.now)).toBe(1);
    unit.now = 5_000;
    expect(unit.admit()).not.toBe(REFUSED);
    expect(unit.breaker.state).toBe('half-open');
  });

  it('probes at once when there is reason to, with no more than its probes, and stays as it is otherwise', () => {
    const unit = circuit();
    unit.breaker.probeNow();
    expect(unit.changes).toEqual([]);
    unit.call('failure', 4);
    expect(unit.admit()).toBe(REFUSED);
    unit.breaker.probeNow();
    const tickets = Array.from({ length: 10 }, () => unit.admit());
    expect(tickets.filter((ticket) => ticket !== REFUSED)).toHaveLength(3);
    expect(unit.changes.at(-1)).toBe('open -> half-open: there are other instances');
    for (const ticket of tickets.slice(0, 3)) unit.settle(ticket, 'failure');
    expect(unit.admit()).toBe(REFUSED);
    expect(unit.breaker.waitAt(unit.now)).toBe(5_000);
  });

  it('is told nothing by calls that began before', () => {
    const unit = circuit();
    const early = unit.admit();
    unit.openAndWait();
    const probe = unit.admit();
    unit.settle(early, 'failure', 0);
    unit.settle(early, 'failure', 0);
    unit.settle(early, 'failure', 0);
    expect(unit.breaker.state).toBe('half-open');
    unit.settle(probe, 'ok');
    unit.call('ok', 2);
    expect(unit.breaker.state).toBe('closed');
  });
});

describe('a half-open circuit breaker', () => {
  it('case 92: lets exactly the probes through', () => {
    const unit = circuit();
    unit.openAndWait();
    const tickets = Array.from({ length: 100 }, () => unit.admit());
    expect(tickets.filter((ticket) => ticket !== REFUSED)).toHaveLength(3);
    unit.settle(tickets[0]!, 'ok');
    expect(unit.admit()).toBe(REFUSED);
  });

  it('case 92: closes when the probes went well, with a clean window', () => {
    const unit = circuit();
    unit.openAndWait();
    unit.call('ok', 2);
    unit.call('failure');
    expect(unit.changes.slice(1)).toEqual([
      'open -> half-open: it was open for 5000 ms',
      'half-open -> closed: of 3 probes 1 failed and 0 were slow',
    ]);
    unit.call('failure', 3);
    expect(unit.breaker.state).toBe('closed');
  });

  it.each<[string, Outcome, number]>([
    ['failed', 'failure', 0],
    ['were slow', 'ok', 1_000],
  ])('case 92: opens again when the probes %s', (_, outcome, duration) => {
    const unit = circuit();
    unit.openAndWait();
    unit.call(outcome, 3, duration);
    expect(unit.breaker.state).toBe('open');
    expect(unit.admit()).toBe(REFUSED);
    unit.now += 5_000;
    unit.call('ok', 3);
    expect(unit.breaker.state).toBe('closed');
  });

  it('case 92: gives the place of a neutral probe to another call', () => {
    const unit = circuit();
    unit.openAndWait();
    unit.call('neutral', 10);
    unit.call('ok', 3);
    expect(unit.breaker.state).toBe('closed');
  });

  it('case 92: is not wedged by stuck probes: they count as failed, and it opens again', () => {
    const unit = circuit();
    unit.openAndWait();
    const stuck = [unit.admit(), unit.admit(), unit.admit()];
    unit.now += 1_999;
    expect(unit.admit()).toBe(REFUSED);
    expect(unit.breaker.state).toBe('half-open');
    unit.now += 1;
    expect(unit.admit()).toBe(REFUSED);
    expect(unit.breaker.state).toBe('open');
    unit.now += 5_000;
    const probe = unit.admit();
    for (const ticket of stuck) unit.settle(ticket, 'failure', 0);
    unit.settle(probe, 'ok');
    unit.call('ok', 2);
    expect(unit.breaker.state).toBe('closed');
  });

  it('case 92: counts a stuck probe as one of those that decide', () => {
    const unit = circuit();
    unit.openAndWait();
    const stuck = unit.admit();
    unit.call('ok', 2);
    expect(unit.breaker.state).toBe('half-open');
    unit.now += 2_000;
    expect(unit.admit()).not.toBe(REFUSED);
    expect(unit.breaker.state).toBe('closed');
    unit.settle(stuck, 'failure', 0);
    unit.call('failure', 3);
    expect(unit.breaker.state).toBe('closed');
  });

  it('whose probes got stuck when nobody called any more has been open since, and probes at the next call', () => {
    const unit = circuit();
    unit.openAndWait();
    for (let i = 0; i < 3; i++) unit.admit();
    unit.now += 60_000;
    expect(unit.admit()).not.toBe(REFUSED);
    expect(unit.breaker.state).toBe('half-open');
  });

  it('case 92: never has more probes than allowed, and always closes once calls succeed', () => {
    const step = fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({ kind: fc.constant('admit' as const) }),
      fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: 0, max: 6_000 }) }),
      fc.record({
        kind: fc.constant('settle' as const),
        which: fc.nat(),
        outcome: fc.constantFrom<Outcome>('ok', 'failure', 'error', 'neutral'),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const player = new Player();
        for (const one of steps) player.play(one);
        const { unit } = player;
        for (let i = 0; i < 20 && unit.breaker.state !== 'closed'; i++) {
          unit.now += 7_000;
          unit.call('ok', SMALL.probes);
        }
        expect(unit.breaker.state).toBe('closed');
      }),
    );
  });
});
