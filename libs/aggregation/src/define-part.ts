import type { z } from 'zod';
import type { Ask, Optional, PartDefinition, PartOptions } from './plan-types.ts';

const NAME = /^[a-z][a-z0-9_-]{0,62}$/;
const TWO_MIB = 2 * 1024 * 1024;

/** The options of any part, types erased. */
export interface DefineOptions extends PartOptions<string>, Optional<unknown> {
  readonly shape?: z.ZodType;
}

/**
 * Checks what the compiler could not, for plans that are put together without it.
 *
 * @throws TypeError when a name is bad or taken, `after` names no earlier part, a number is out of range, or `otherwise` is not JSON
 */
export function definePart(
  earlier: readonly PartDefinition[],
  part: Pick<PartDefinition, 'name' | 'required' | 'ask'>,
  options: DefineOptions,
): PartDefinition {
  const { after = [], timeout, maxBytes = TWO_MIB, maxParsedBytes = TWO_MIB, otherwise, shape } = options;
  const problem = problemOf(earlier, part, options);
  if (problem) throw new TypeError(`part "${part.name}" ${problem}`);
  const limits = { maxBytes, maxParsedBytes };
  return Object.freeze({ ...part, after, timeout, ...limits, shape, otherwise: frozenJson(part.name, otherwise) });
}

function problemOf(
  earlier: readonly PartDefinition[],
  { name, ask }: Pick<PartDefinition, 'name' | 'ask'>,
  { after = [], timeout, maxBytes = TWO_MIB, maxParsedBytes = TWO_MIB }: PartOptions<string>,
): string | undefined {
  if (!NAME.test(name)) return `must have a name that matches ${NAME}`;
  if (earlier.some((one) => one.name === name)) return 'is named twice';
  const unknown = after.find((needed) => !earlier.some((one) => one.name === needed));
  if (unknown !== undefined) return `comes after "${unknown}", which is no earlier part`;
  if (timeout !== undefined && !(timeout > 0)) return 'has a timeout that is not above 0';
  return [maxBytes, maxParsedBytes, ...limitsOf(ask)].every(isCount)
    ? undefined
    : 'has a limit that is not a whole number above 0';
}

function limitsOf(ask: Ask): number[] {
  if (ask.kind === 'one') return [];
  return ask.kind === 'each' ? [ask.concurrency] : [ask.concurrency, ask.size];
}

function isCount(limit: number): boolean {
  return Number.isInteger(limit) && limit > 0;
}

/** A copy that no request can change: the same value stands in for the part in every answer. */
function frozenJson(name: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`part "${name}" has an otherwise that is not JSON`);
  return JSON.parse(text, (_, one: unknown) => Object.freeze(one));
}
