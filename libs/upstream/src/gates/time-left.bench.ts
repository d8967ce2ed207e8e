import { stageBench } from '../../test/stage-bench.ts';
import type { Send } from '../send.ts';
import { gates } from './gates.stage.ts';
import { TimeLeftGate } from './time-left.gate.ts';

/** A request with a deadline. */
export const bench = stageBench('time-left', (next): Send => {
  const send = gates([new TimeLeftGate('x-timeout-ms')])(next);
  return (request, ctx) => {
    ctx.deadline = ctx.startedAt + 3_600_000;
    return send(request, ctx);
  };
});
