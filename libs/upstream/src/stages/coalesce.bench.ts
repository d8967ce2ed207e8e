import { stageBench } from '../../test/stage-bench.ts';
import { coalesce } from './coalesce.stage.ts';

/** A call that nobody joins. */
export const bench = stageBench('coalesce', coalesce());
