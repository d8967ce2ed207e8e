import type { ViewUpstreams } from './ask-upstream.ts';
import { callsAtOnce, placesOf, singleCalls } from './plan-places.ts';
import { probeCall } from './probe.ts';
import type { PartDefinition } from './plan-types.ts';
import type { View } from './view.ts';

/** What is wrong with a view, one sentence each. */
export function problemsOfView(view: View, upstreams: ViewUpstreams): string[] {
  const problems = view.parts.flatMap((part) => problemsOfPart(part, view.parts, upstreams.names));
  if (view.parts.length === 0) problems.push('the plan has no parts: add one with required() or optional()');
  if (!Number.isInteger(view.maxCalls) || view.maxCalls < 1) problems.push('maxCalls must be a whole number above 0');
  else if (singleCalls(view) > view.maxCalls) {
    problems.push(`the plan makes ${singleCalls(view)} calls, maxCalls allows ${view.maxCalls}: raise it`);
  } else problems.push(...problemsOfPlaces(view, upstreams));
  return problems;
}

/** A page is let in when each upstream has places for all calls that it has under way at one time. */
function problemsOfPlaces(view: View, upstreams: ViewUpstreams): string[] {
  const { needs, parts } = placesOf(view);
  return needs.flatMap(({ upstream, places }, need) => {
    const bulkhead = upstreams.names.includes(upstream) && upstreams.settings(upstream).bulkhead;
    if (!bulkhead || places <= bulkhead.calls) return [];
    const fanOuts = view.parts.filter(({ ask }, index) => ask.kind !== 'one' && parts[index]?.need === need);
    const widest = fanOuts.sort((one, other) => callsAtOnce(other, view) - callsAtOnce(one, view))[0];
    const remedy = widest ? `lower the concurrency of "${widest.name}"` : 'let parts wait for others with after';
    return [
      `the plan has ${places} calls to upstream "${upstream}" under way at once, which takes ${bulkhead.calls}: ` +
        `${remedy}, or raise bulkhead.calls of "${upstream}"`,
    ];
  });
}

function problemsOfPart(
  part: PartDefinition,
  parts: readonly PartDefinition[],
  upstreams: readonly string[],
): string[] {
  const problems: string[] = [];
  const upstream = probeCall(part.ask);
  if (typeof upstream === 'object') problems.push(`part "${part.name}": ${upstream.message}`);
  else if (upstream !== undefined && !upstreams.includes(upstream)) {
    problems.push(`part "${part.name}" calls upstream "${upstream}", which is not defined: add it to the upstreams`);
  }
  if (!part.required) return problems;
  for (const needed of parts) {
    if (!part.after.includes(needed.name) || needed.required || needed.otherwise !== undefined) continue;
    problems.push(`required part "${part.name}" needs "${needed.name}", which may be missing: give it an otherwise`);
  }
  return problems;
}
