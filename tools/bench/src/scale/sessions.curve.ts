import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { loginOf, withSessions } from './bench-sessions.ts';
import type { Curve } from './curve.ts';

const LOGINS = 300;

/** What a login of a user costs who is logged in already. Needs a Redis of its own at `REDIS_URL`. */
export const curve: Curve = {
  name: 'sessions',
  title: 'Sessions of one user in Redis',
  unit: 'sessions of the user',
  points: [10, 100, 1_000, 1_500, 5_000],
  bound:
    '`MAX_USER_SESSIONS` (100) bounds the sessions of a user: one more ends the one that would end first. It is 10,000 here. The list has pages of 50.',
  measure: async (count) => {
    const url = process.env['REDIS_URL'];
    if (!url) throw new Error('set REDIS_URL to a Redis that nothing else uses');
    const settings = { SESSION_KEYS: randomBytes(32).toString('base64url'), MAX_USER_SESSIONS: '10000' };
    return withSessions(settings, async (sessions) => {
      for (let i = 0; i < count; i++) await sessions.begin(loginOf('alice'));
      const [before, start] = [await scriptTime(url), performance.now()];
      for (let i = 0; i < LOGINS; i++) await sessions.begin(loginOf('alice'));
      const [after, end] = [await scriptTime(url), performance.now()];
      await sessions.endAll(loginOf('alice').principal.id);
      return {
        'logins/s': (LOGINS / (end - start)) * 1_000,
        'Redis ms a login': (after - before) / 1_000 / LOGINS,
      };
    });
  },
};

/** Microseconds that the server has run scripts for. */
async function scriptTime(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 6379), hostname).setEncoding('latin1');
  socket.write('INFO commandstats\r\nQUIT\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk as string;
  const times = [...text.matchAll(/cmdstat_eval(?:sha)?:calls=\d+,usec=(\d+)/g)].map((match) => Number(match[1]));
  return times.reduce((sum, one) => sum + one, 0);
}
