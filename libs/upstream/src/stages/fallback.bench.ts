import { stageBench } from '../../test/stage-bench.ts';
import { FALLBACK } from '../policies/fallback.policy.ts';
import { fallback } from './fallback.stage.ts';

/** A good answer, which is kept. */
export const bench = stageBench('fallback', fallback(FALLBACK.parse({ lastGood: {} }), 'bench'));
