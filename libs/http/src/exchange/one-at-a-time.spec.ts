import { setImmediate as turn } from 'node:timers/promises';
import { OneAtATime } from './one-at-a-time.ts';

describe('those who take long', () => {
  it('go on one in a turn of the event loop, in the order in which they came', async () => {
    const line = new OneAtATime();
    const went: string[] = [];
    for (const name of ['a', 'b', 'c']) line.wait(() => void went.push(name));
    expect(went).toEqual([]);
    for (const sofar of ['a', 'ab', 'abc']) {
      await turn();
      expect(went.join('')).toBe(sofar);
    }
    line.wait(() => void went.push('d'));
    await turn();
    expect(went.join('')).toBe('abcd');
  });
});
