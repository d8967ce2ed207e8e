import { stageBench } from '../../test/stage-bench.ts';
import { HEDGE } from '../policies/hedge.policy.ts';
import { RETRY } from '../policies/retry.policy.ts';
import { hedge } from './hedge.stage.ts';
import { RetryBudget } from './retry/retry-budget.ts';

/** A call that is answered before a copy of it goes out. */
export const bench = stageBench('hedge', hedge(HEDGE.parse({}), new RetryBudget(RETRY.parse({})), 'bench'));
