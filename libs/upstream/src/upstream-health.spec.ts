import { instance } from '../test/instances.ts';
import type { InstanceSet } from './instances/instance-set.ts';
import { healthOf } from './upstream-health.ts';

const status = { state: 'fresh', age: 0, failure: undefined } as const;

it('shows what calls found and what probes found apart, each with its age, and the strongest reason as the state', () => {
  const [failing, ejected, unknown] = [instance('a'), instance('b'), instance('c')];
  for (const one of [failing, ejected]) for (let at = 1; at <= 3; at++) one.history.record('failure', at * 1_000);
  ejected.ejected = true;
  failing.lastProbe = { good: true, at: 9_000 };
  const set = {
    upstream: 'catalog',
    kind: 'static',
    status,
    traffic: { state: 'panic', reason: '' },
    all: [failing, ejected, unknown],
  } as unknown as InstanceSet;
  const calls = { lastSuccess: undefined, lastFailure: 7_000, failuresInRow: 3 };
  expect(healthOf(set, 10_000).traffic).toBe('panic');
  expect(healthOf(set, 10_000).instances).toMatchObject([
    { state: 'failing', calls, probes: { last: 'good', age: 1_000 } },
    { state: 'ejected', calls, probes: undefined },
    { state: 'healthy', calls: { lastFailure: undefined, failuresInRow: 0 }, probes: undefined },
  ]);
});
