import { FakeClock } from '@portico/testing';
import { logSessionEndings, sessionEndings } from './session-ending.ts';

it('writes one line of a user in ten seconds about sessions that ended for want of room', () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const end = logSessionEndings({ warn: (line: string) => lines.push(line) }, clock);
  const tell = (principal: string, handle: string) =>
    sessionEndings.publish({ principal, handle, successor: `after-${handle}` });
  for (const handle of ['h-1', 'h-2', 'h-3']) tell('https://id.test alice', handle);
  tell('https://id.test bob', 'h-4');
  clock.advance(10_000);
  end();
  tell('https://id.test alice', 'h-5');
  expect(lines).toEqual([
    'session h-1 of https://id.test alice ended for after-h-1: a user has MAX_USER_SESSIONS at most',
    'session h-4 of https://id.test bob ended for after-h-4: a user has MAX_USER_SESSIONS at most',
    'session h-3 of https://id.test alice ended for after-h-3: a user has MAX_USER_SESSIONS at most (and 1 more since the last line)',
  ]);
  expect(clock.pending).toBe(0);
});
