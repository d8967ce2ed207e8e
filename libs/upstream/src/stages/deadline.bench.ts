import { stageBench } from '../../test/stage-bench.ts';
import { deadline } from './deadline.stage.ts';

export const bench = stageBench('deadline', deadline);
