import { stageBench } from '../../test/stage-bench.ts';
import { BULKHEAD } from '../policies/bulkhead.policy.ts';
import { bulkhead } from './bulkhead.stage.ts';

/** A held answer at once, with a slot free. */
export const bench = stageBench('bulkhead', bulkhead(BULKHEAD.parse({}), 'bench'));
