import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@portico/testing';
import { Timeline } from '../test/timeline.ts';
import { ServerProcess } from './server-process.ts';

const OPEN = '503 upstream-circuit-open';

describe('a service that dies and comes back, behind the default policies', () => {
  const reviews = new ServerProcess('reviews', 'apps/shop/reviews', { DATA_DIR: ':memory:' });
  let bff: ServerProcess;

  beforeAll(async () => {
    await reviews.start();
    bff = new ServerProcess('web-bff', 'apps/web-bff', { REVIEWS_URL: reviews.url });
    await bff.start();
  }, 120_000);
  afterAll(async () => {
    await bff.stop();
    await reviews.stop();
  }, 60_000);

  it('case 92: the breaker opens, fails fast, tries again and closes', async () => {
    const timeline = new Timeline(`${bff.url}/api/reviews/summaries/p-0001`, 10);
    await eventually(() => timeline.now === '200', 15_000);
    await pause(500);
    await reviews.crash();
    await eventually(() => timeline.now === OPEN, 15_000);
    await pause(1_000);
    await reviews.start();
    await eventually(() => timeline.now === '200', 15_000);
    await pause(300);
    await timeline.stop();
    process.stdout.write(`\n${timeline.print()}\n`);

    const outcomes = timeline.phases.map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe('200');
    expect(outcomes).toContain('502 upstream-connect');
    expect(outcomes.at(-1)).toBe('200');
    const open = timeline.phases.filter(({ outcome }) => outcome === OPEN).flatMap(({ times }) => times);
    expect(open.length).toBeGreaterThan(50);
    expect(open.toSorted((one, other) => one - other)[open.length >> 1]).toBeLessThan(10);
  }, 60_000);
});
