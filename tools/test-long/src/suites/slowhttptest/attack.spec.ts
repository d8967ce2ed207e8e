import { connectionsIn } from './attack.ts';

const state = (second: number, connected: number, closed: number): string =>
  [
    `slow HTTP test status on ${second}th second:`,
    'initializing:        0',
    `connected:           ${connected}`,
    'error:               0',
    `closed:              ${closed}`,
  ].join('\n');

describe('what slowhttptest reports', () => {
  it('is read for the most connections that a round had', () => {
    const output = [state(0, 0, 0), state(5, 90, 3), state(10, 2, 98), 'Exit status: Hit test time limit'].join('\n\n');
    expect(connectionsIn(output, 100)).toBe(100);
    expect(connectionsIn(state(0, 0, 0), 100)).toBe(0);
    expect(connectionsIn('Exit status: Connection refused', 100)).toBe(0);
  });

  it('is all connections when the server closed them before the first report', () => {
    expect(connectionsIn(`${state(0, 0, 0)}\nExit status: No open connections left`, 100)).toBe(100);
  });
});
