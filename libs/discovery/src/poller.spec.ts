import { setImmediate as turn } from 'node:timers/promises';
import { FakeClock } from '@portico/testing';
import { Poller, type PollerOptions, reasonOf } from './poller.ts';

describe('Poller', () => {
  let clock: FakeClock;
  let random: number;
  let poller: Poller;
  let rounds: number;
  let failures: string[];

  function start(poll: PollerOptions['poll'], bounds: Partial<PollerOptions> = {}): void {
    clock = new FakeClock();
    random = 0.5;
    rounds = 0;
    failures = [];
    poller = new Poller({
      poll: (signal) => {
        rounds++;
        return poll(signal);
      },
      onFailure: (reason) => failures.push(reason),
      clock,
      random: () => random,
      ...bounds,
    });
    poller.start();
  }

  /** Milliseconds after which the next round begins. */
  async function nextWait(): Promise<number> {
    await turn();
    const before = rounds;
    for (let waited = 0; ; waited++) {
      clock.advance(0);
      if (rounds > before) return waited;
      if (waited > 100_000) throw new Error('there is no next round');
      clock.advance(1);
      if (rounds > before) return waited + 1;
    }
  }

  const failing = (): Promise<number> => Promise.reject(new Error('away'));

  afterEach(() => poller.close());

  it('asks at once, then again after the wait that the round returned, ± 10 %', async () => {
    start(() => Promise.resolve(1_000));
    expect(rounds).toBe(1);
    expect(await nextWait()).toBe(1_000);
    random = 0;
    expect(await nextWait()).toBe(1_000);
    expect(await nextWait()).toBe(900);
    random = 0.9999;
    expect(await nextWait()).toBe(900);
    expect(await nextWait()).toBe(1_100);
  });

  it('never has two rounds under way', async () => {
    start(() => new Promise(() => undefined));
    await turn();
    clock.advance(3_600_000);
    expect(rounds).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('backs off exponentially up to a cap, and starts small again after an answer', async () => {
    let isAway = true;
    start(() => (isAway ? failing() : Promise.resolve(10)));
    random = 1 - Number.EPSILON;
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) waits.push(await nextWait());
    expect(waits.slice(1)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    await turn();
    expect(failures).toHaveLength(9);
    isAway = false;
    await nextWait();
    isAway = true;
    await nextWait();
    expect(await nextWait()).toBe(1_000);
  });

  it('spreads the waits after failures from nothing to the bound (full jitter)', async () => {
    start(failing, { firstBackoff: 100, maxBackoff: 100 });
    random = 0;
    await nextWait();
    expect(await nextWait()).toBe(0);
    random = 0.25;
    await nextWait();
    expect(await nextWait()).toBe(25);
  });

  it('takes a round that throws at once for a failed one', async () => {
    start(() => {
      throw new TypeError('no such list');
    });
    await turn();
    expect(failures).toEqual(['no such list']);
    expect(clock.pending).toBe(1);
  });

  it('aborts the round under way when it is closed, and reports nothing of it', async () => {
    let aborted = false;
    start((signal) => {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('given up'));
        });
      });
    });
    poller.close();
    await turn();
    expect(aborted).toBe(true);
    expect(failures).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('begins no round after it was closed in between', async () => {
    start(() => Promise.resolve(1_000));
    await turn();
    poller.close();
    expect(clock.pending).toBe(0);
  });
});

describe('reasonOf', () => {
  it.each([
    [new Error('the registry\n is away'), 'the registry is away'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new Error('x'.repeat(1_000)), 'x'.repeat(200)],
    [
      Object.assign(new Error('connect EMFILE 10.0.0.1:8500'), { code: 'EMFILE' }),
      'it could not be asked, this machine lacks the means (EMFILE)',
    ],
    ['text', 'unknown failure'],
    [undefined, 'unknown failure'],
    [null, 'unknown failure'],
  ])('says what %p means', (error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });
});
