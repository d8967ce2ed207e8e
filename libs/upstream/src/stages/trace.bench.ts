import { stageBench } from '../../test/stage-bench.ts';
import { trace } from './trace.stage.ts';

export const bench = stageBench('trace', trace);
