import type { CallHeaders, Targets } from './ask-upstream.ts';
import type { PartDefinition } from './plan-types.ts';
import type { View } from './view.ts';

/** A part with everything that boot could know of it. */
export interface CompiledPart extends PartDefinition {
  readonly index: number;
  /** Parts that this one waits for. */
  readonly needs: readonly CompiledPart[];
  /** Parts that wait for this one. */
  readonly dependents: CompiledPart[];
  /** Whether its shape, a part after it or the mapper reads it; otherwise its bytes are passed on unparsed. */
  readonly isRead: boolean;
}

/** A plan ready to run. */
export interface CompiledPlan {
  readonly parts: readonly CompiledPart[];
  readonly targets: Targets;
  readonly addHeaders: CallHeaders | undefined;
  /** Calls left for fan-outs once every single call is counted, so that no fan-out can starve a single call. */
  readonly fanOutCalls: number;
}

/** Works out the order of a plan's parts: who waits for whom, and who is read. */
export function compilePlan(view: View, targets: Targets, addHeaders?: CallHeaders): CompiledPlan {
  const parts: CompiledPart[] = [];
  for (const definition of view.parts) {
    const needs = definition.after.map((name) => parts.find((part) => part.name === name)!);
    const isNeeded = view.parts.some((other) => other.after.includes(definition.name));
    const isRead = view.map !== undefined || definition.shape !== undefined || isNeeded;
    const part = { ...definition, index: parts.length, needs, dependents: [], isRead };
    for (const needed of needs) needed.dependents.push(part);
    parts.push(part);
  }
  return { parts, targets, addHeaders, fanOutCalls: view.maxCalls - singleCalls(view) };
}

/** Parts of a view that make exactly one call. */
export function singleCalls(view: View): number {
  return view.parts.filter((part) => part.ask.kind === 'one').length;
}
