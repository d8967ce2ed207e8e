import { stageBench } from '../../test/stage-bench.ts';
import { RETRY } from '../policies/retry.policy.ts';
import { retry } from './retry.stage.ts';
import { RetryBudget } from './retry/retry-budget.ts';

const policy = RETRY.parse({});

/** A call that succeeds at once. */
export const bench = stageBench('retry', retry(policy, new RetryBudget(policy), 'bench'));
