import type { Stage } from '../send.ts';
import type { RetryBudget } from './retry/retry-budget.ts';

/** Counts the calls of which `hedge` may repeat a share. Stands in the place of `retry`, which else does it, when that is off. */
export function countCalls(budget: Pick<RetryBudget, 'countCall'>): Stage {
  return (next) =>
    function sendCounted(request, ctx) {
      budget.countCall(ctx.clock.now());
      return next(request, ctx);
    };
}
