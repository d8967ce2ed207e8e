import type { z } from 'zod';
import type { Plan } from './plan.ts';
import type { PartDefinition, ShownParts } from './plan-types.ts';

/** A view as its BFF writes it. */
export interface ViewDefinition<Input, P> {
  /** Checks the path parameters and query of a request and makes the plan's input of them. */
  readonly input: z.ZodType<NoInfer<Input>>;
  readonly plan: Plan<Input, P>;
  /**
   * Makes the answer of the parts. A pure function; what it returns is sent as JSON. Default: the parts under their
   * names, byte for byte as the upstreams sent them and unparsed, so numbers keep all their digits.
   */
  readonly map?: (parts: ShownParts<P>, input: Input) => unknown;
  /** Upstream calls that one request may cause at most, batches counted one by one. Default 20. */
  readonly maxCalls?: number;
}

/** A view, types erased: a row of the route table refers to it, `compileView` makes it run. */
export interface View {
  readonly input: z.ZodType;
  readonly parts: readonly PartDefinition[];
  readonly map: ((parts: object, input: unknown) => unknown) | undefined;
  readonly maxCalls: number;
}

/** Declares a view. */
export function view<Input, P>(definition: ViewDefinition<Input, P>): View {
  const { input, plan, map, maxCalls = 20 } = definition;
  return Object.freeze({ input, parts: plan.parts, map: map as View['map'], maxCalls });
}
