import type { Call, Fields, Rule } from './rules.ts';

/** Sends a request with these fields and gives the fields of each call that came of it, flat `name, value, ...`. */
export type Ask = (fields: Fields, calls: 1 | 3) => Promise<readonly (readonly string[])[]>;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const MEMBER = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e])$/;

/**
 * Holds a participant of a trace against the rules.
 *
 * @returns a sentence for each rule that does not hold
 */
export async function brokenRules(rules: readonly Rule[], ask: Ask): Promise<string[]> {
  const broken: string[] = [];
  for (const rule of rules) {
    const problem = await problemOf(rule, ask);
    if (problem !== undefined) broken.push(`${rule.name}: ${problem}`);
  }
  return broken;
}

async function problemOf(rule: Rule, ask: Ask): Promise<string | undefined> {
  for (const fields of rule.requests) {
    const flat = await ask(fields, rule.calls ?? 1);
    const calls = flat.map(callOf);
    const isValid = calls.every((call): call is Call => call !== undefined);
    if (!isValid || !rule.holds(calls, fields)) {
      return `sent ${JSON.stringify(fields).slice(0, 150)}, the calls had ${JSON.stringify(flat.map(traceOf)).slice(0, 150)}`;
    }
  }
  return undefined;
}

/** Reads a call; a field that is not valid makes none. */
function callOf(flat: readonly string[]): Call | undefined {
  const parents = valuesOf(flat, 'traceparent');
  const match = TRACEPARENT.exec(parents[0] ?? '');
  const members = valuesOf(flat, 'tracestate')
    .flatMap((value) => value.split(','))
    .map((member) => MEMBER.exec(member.trim()));
  if (parents.length !== 1 || !match || members.includes(null)) return undefined;
  return {
    traceId: match[1]!,
    parentId: match[2]!,
    flags: Number.parseInt(match[3]!, 16),
    state: members.map((member) => [member![1]!, member![2]!] as const),
  };
}

function valuesOf(flat: readonly string[], name: string): string[] {
  return flat.filter((_, i) => i % 2 === 1 && flat[i - 1]!.toLowerCase() === name);
}

function traceOf(flat: readonly string[]): string[] {
  return ['traceparent', 'tracestate'].flatMap((name) => valuesOf(flat, name).map((value) => `${name}: ${value}`));
}
