import { stageBench } from '../../test/stage-bench.ts';
import { BULKHEAD } from '../policies/bulkhead.policy.ts';
import { BulkheadGate } from './bulkhead.gate.ts';
import { Slots } from './bulkhead/slots.ts';
import { gates } from './gates.stage.ts';

/** A held answer at once, with a slot free. */
export const bench = stageBench('bulkhead', gates([new BulkheadGate(new Slots(BULKHEAD.parse({}), 'bench'))]));
