import { FakeClock } from '@portico/testing';
import { MemorySingleUse } from './memory-single-use.ts';

it('does not drop all at once what is over, when one more is used', () => {
  const clock = new FakeClock();
  const used = new MemorySingleUse(clock, { most: 1_000, whenFull: 'refuse' });
  for (let i = 0; i < 1_000; i++) used.use(`old ${i}`, 10);
  clock.advance(20);
  expect(used.use('new', 10)).toBe(true);
  // The sweep finds what that left.
  expect([...used.sweep()].length).toBeGreaterThan(980);
  expect([...used.sweep()]).toHaveLength(1);
});

it.each(['refuse', 'forget'] as const)('has its room again once all are over, where the rule is to %s', (whenFull) => {
  const clock = new FakeClock();
  const used = new MemorySingleUse(clock, { most: 50, whenFull });
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 50; i++) expect(used.use(`${round} ${i}`, 10)).toBe(true);
    expect(used.use(`${round} 49`, 10)).toBe(false);
    clock.advance(20);
  }
});
