import { stageBench } from '../../test/stage-bench.ts';
import { CONCURRENCY_LIMIT } from '../policies/concurrency-limit.policy.ts';
import { concurrencyLimit } from './concurrency-limit.stage.ts';

/** A call below the limit. */
export const bench = stageBench('concurrency-limit', concurrencyLimit(CONCURRENCY_LIMIT.parse({}), 'bench'));
