import { stageBench } from '../../test/stage-bench.ts';
import { BREAKER } from '../policies/breaker.policy.ts';
import { BreakerGate } from './breaker.gate.ts';
import { gates } from './gates.stage.ts';

/** A call that succeeds at once through a closed breaker with a time window. */
export const bench = stageBench('breaker', gates([new BreakerGate(BREAKER.parse({}), 'bench')]));
