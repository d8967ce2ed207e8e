import { FakeClock } from '@portico/testing';
import { MemoryClaims } from './memory-claims.ts';

it('finds room that is hidden behind locks that last, a few looks at a time', () => {
  const clock = new FakeClock();
  const claims = new MemoryClaims(clock, 100);
  for (let i = 0; i < 50; i++) claims.claim(`long ${i}`, 'me', 60_000);
  for (let i = 0; i < 50; i++) claims.claim(`short ${i}`, 'me', 10);
  clock.advance(20);
  const tries = Array.from({ length: 7 }, () => {
    try {
      return claims.claim('one more', 'me', 60_000);
    } catch {
      return 'no room';
    }
  });
  expect(tries.indexOf(true)).toBeGreaterThan(0);
  for (let i = 0; i < 50; i++) expect(claims.claim(`long ${i}`, 'you', 1)).toBe(false);
});
