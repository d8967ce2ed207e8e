import type { PageAdmission } from '@portico/upstream';
import type { CallHeaders, Targets, ViewUpstreams } from './ask-upstream.ts';
import { fanOutCalls, type PartPlaces, placesOf } from './plan-places.ts';
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
  /** Undefined where only real data tells which upstream it calls. */
  readonly places: PartPlaces | undefined;
}

/** A plan ready to run. */
export interface CompiledPlan {
  readonly parts: readonly CompiledPart[];
  readonly targets: Targets;
  readonly addHeaders: CallHeaders | undefined;
  readonly admission: PageAdmission;
  /** Calls left for fan-outs once every single call is counted, so that no fan-out can starve a single call. */
  readonly fanOutCalls: number;
}

/** Works out the order of a plan's parts: who waits for whom, and who is read. */
export function compilePlan(view: View, upstreams: ViewUpstreams, addHeaders?: CallHeaders): CompiledPlan {
  const places = placesOf(view);
  const parts: CompiledPart[] = [];
  for (const definition of view.parts) {
    const needs = definition.after.map((name) => parts.find((part) => part.name === name)!);
    const isNeeded = view.parts.some((other) => other.after.includes(definition.name));
    const isRead = view.map !== undefined || definition.shape !== undefined || isNeeded;
    const index = parts.length;
    const part = { ...definition, index, needs, dependents: [], isRead, places: places.parts[index] };
    for (const needed of needs) needed.dependents.push(part);
    parts.push(part);
  }
  const admission = upstreams.admission(places.needs);
  return { parts, targets: targetsOf(upstreams), addHeaders, admission, fanOutCalls: fanOutCalls(view) };
}

function targetsOf(upstreams: ViewUpstreams): Targets {
  return new Map(
    upstreams.names.map((name) => [
      name,
      { send: upstreams.send(name), validate: upstreams.settings(name).validateJson },
    ]),
  );
}
