import { pipe } from '@portico/core';
import type { Send } from './send.ts';
import { deadline } from './stages/deadline.stage.ts';
import { trace } from './stages/trace.stage.ts';

/**
 * The outbound pipeline, put together once for each upstream at boot: the map of what happens to a call. The first
 * stage is the outermost. Stages that are off for an upstream are not in its pipeline.
 *
 * @param balanced sends one attempt to one instance and reads its answer
 */
export function buildSend(balanced: Send): Send {
  return pipe(balanced, trace, deadline);
}
