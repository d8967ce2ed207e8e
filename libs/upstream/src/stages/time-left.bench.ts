import { stageBench } from '../../test/stage-bench.ts';
import { timeLeft } from './time-left.stage.ts';

/** A request with a deadline. */
export const bench = stageBench('time-left', timeLeft('x-timeout-ms'));
