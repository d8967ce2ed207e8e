import { CallHistory } from './call-history.ts';

it('calls an instance failing after three failures in a row, 5xx included, until one call goes well', () => {
  const history = new CallHistory();
  history.record('failure', 1);
  history.record('neutral', 2);
  history.record('error', 3);
  expect(history.isFailing).toBe(false);
  history.record('failure', 4);
  expect(history).toMatchObject({ lastFailure: 4, failuresInRow: 3 });
  expect([history.isFailing, history.lastSuccess]).toEqual([true, undefined]);
  history.record('ok', 5);
  expect(history).toMatchObject({ lastFailure: 4, lastSuccess: 5, failuresInRow: 0 });
  expect(history.isFailing).toBe(false);
});
