import { stageBench } from '../../test/stage-bench.ts';
import { BREAKER } from '../policies/breaker.policy.ts';
import { breaker } from './breaker.stage.ts';

/** A call that succeeds at once through a closed breaker with a time window. */
export const bench = stageBench('breaker', breaker(BREAKER.parse({}), 'bench'));
