import { FakeClock } from '@portico/testing';
import { accessEvents } from './access-event.ts';
import { logAccessEvents } from './access-log.ts';

describe('logAccessEvents', () => {
  it('writes each mistake down once a minute, whatever was thrown, until it is ended', () => {
    const lines: unknown[] = [];
    const clock = new FakeClock();
    const end = logAccessEvents({ error: (line: unknown) => lines.push(line) }, clock);
    const publish = (subject: string, error?: unknown) => accessEvents.publish({ subject, reason: 'it threw', error });
    publish('policy a', new TypeError('x is undefined'));
    publish('policy a', new TypeError('x is undefined'));
    publish('policy b', Object.create(null));
    clock.advance(60_000);
    publish('policy a');
    end();
    publish('policy c');
    expect(lines).toEqual([
      'policy a: it threw (TypeError: x is undefined)',
      'policy b: it threw',
      'policy a: it threw',
    ]);
  });
});
