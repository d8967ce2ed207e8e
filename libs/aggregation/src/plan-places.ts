import type { PageNeed } from '@portico/upstream';
import { probeUpstream } from './probe.ts';
import type { PartDefinition } from './plan-types.ts';
import type { View } from './view.ts';

/** The places that a part's calls have among those of its page. */
export interface PartPlaces {
  /** Index of what the page needs. */
  readonly need: number;
  /** Calls that the part has under way at one time at most. */
  readonly calls: number;
}

/** The places that a page has to be let in with. */
export interface PlanPlaces {
  readonly needs: readonly PageNeed[];
  /** Part by part; undefined where only real data tells which upstream it calls. */
  readonly parts: readonly (PartPlaces | undefined)[];
}

/** Works out how many calls of a page each upstream has under way at one time at most. */
export function placesOf(view: View): PlanPlaces {
  const names = view.parts.map(({ ask }) => probeUpstream(ask));
  const upstreams = [...new Set(names.filter((name) => name !== undefined))];
  const parts = view.parts.map((part, index): PartPlaces | undefined => {
    const name = names[index];
    return name === undefined ? undefined : { need: upstreams.indexOf(name), calls: callsAtOnce(part, view) };
  });
  const needs = upstreams.map((upstream, need): PageNeed => {
    const callers = view.parts.filter((_, index) => parts[index]?.need === need);
    const each = callers.map((part) => callsAtOnce(part, view));
    const isRequired = callers.some(({ required }) => required);
    return { upstream, places: mostAtOnce(callers, view), calls: each.reduce((sum, one) => sum + one, 0), isRequired };
  });
  return { needs, parts };
}

/** Parts of a view that make exactly one call. */
export function singleCalls(view: View): number {
  return view.parts.filter((part) => part.ask.kind === 'one').length;
}

/** Calls left for fan-outs once every single call is counted, so that no fan-out can starve a single call. */
export function fanOutCalls(view: View): number {
  return Math.max(0, view.maxCalls - singleCalls(view));
}

/** Calls that a part has under way at one time at most. */
export function callsAtOnce({ ask }: PartDefinition, view: View): number {
  return ask.kind === 'one' ? 1 : Math.min(ask.concurrency, fanOutCalls(view));
}

/**
 * Calls of these parts that are under way at one time at most. Parts that wait for each other never are: they form rows, of which one part
 * at a time counts.
 */
function mostAtOnce(callers: readonly PartDefinition[], view: View): number {
  const rows: { last: PartDefinition; calls: number }[] = [];
  for (const part of callers) {
    const calls = callsAtOnce(part, view);
    const row = rows.find(({ last }) => waitsFor(part, last, view.parts));
    if (row) Object.assign(row, { last: part, calls: Math.max(row.calls, calls) });
    else rows.push({ last: part, calls });
  }
  return rows.reduce((sum, row) => sum + row.calls, 0);
}

function waitsFor(part: PartDefinition, other: PartDefinition, parts: readonly PartDefinition[]): boolean {
  return part.after.some((name) => {
    const needed = parts.find((one) => one.name === name)!;
    return needed === other || waitsFor(needed, other, parts);
  });
}
