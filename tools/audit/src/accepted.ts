import { z } from 'zod';
import type { Violation } from './rules.ts';

/** A violation that is meant. */
export interface Accepted {
  readonly rule: string;
  /** As the audit names it: `POST /api/baskets`. */
  readonly operation: string;
  readonly reason: string;
}

/** What an exception says of why it is one; a word is no reason. */
const reason = z.string().min(20, 'must say why, in a sentence');

const FILE = z.strictObject({
  accepted: z.array(z.strictObject({ rule: z.string().regex(/^P\d{3}$/), operation: z.string(), reason })),
});

/**
 * Reads the exceptions of a BFF, its `audit.json`.
 *
 * @throws Error that names the file and everything that is wrong with it
 */
export function parseAccepted(text: string, name: string): readonly Accepted[] {
  return parseFile(FILE, text, name).accepted;
}

/** Parses a file of declarations, with an error for people. */
export function parseFile<T>(schema: z.ZodType<T>, text: string, name: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`${name} is not valid:\n${problems.join('\n')}`);
}

/** What the endpoints of `AuthModule` do on purpose, in every BFF that has them. */
const OWN: readonly Accepted[] = [
  {
    rule: 'P002',
    operation: 'POST /bff/logout',
    reason: 'It ends the session whose cookie and CSRF header or logout token it is shown, and no other.',
  },
  {
    rule: 'P002',
    operation: 'POST /bff/backchannel-logout',
    reason: 'The logout token that it asks for is signed by the identity provider and is good once.',
  },
];

/** What is left of violations, and exceptions that are for nothing any more. */
export interface Judgement {
  readonly violations: readonly Violation[];
  readonly stale: readonly Accepted[];
}

/** Takes the violations that are meant out. */
export function judge(violations: readonly Violation[], accepted: readonly Accepted[]): Judgement {
  const fits = (violation: Violation) => (one: Accepted) =>
    one.rule === violation.rule && one.operation === violation.operation;
  return {
    violations: violations.filter((violation) => ![...OWN, ...accepted].some(fits(violation))),
    stale: accepted.filter((one) => !violations.some((violation) => fits(violation)(one))),
  };
}
