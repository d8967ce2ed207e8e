import { stageBench } from '../../test/stage-bench.ts';
import { CONCURRENCY_LIMIT } from '../policies/concurrency-limit.policy.ts';
import { ConcurrencyLimitGate } from './concurrency-limit.gate.ts';
import { gates } from './gates.stage.ts';

/** A call below the limit. */
export const bench = stageBench(
  'concurrency-limit',
  gates([new ConcurrencyLimitGate(CONCURRENCY_LIMIT.parse({}), 'bench')]),
);
