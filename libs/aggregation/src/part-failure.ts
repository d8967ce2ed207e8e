import { BffError } from '@portico/core';
import { CallSyntaxError } from '@portico/upstream';
import type { z } from 'zod';
import { holdsWrongKey } from './client-input.ts';
import type { CompiledPart } from './compile-plan.ts';
import type { PartDefinition } from './plan-types.ts';

/** An exception of the BFF's own code, as the cause of what it became. */
class OwnException extends Error {
  override readonly name = 'OwnException';

  constructor(part: string, cause: unknown) {
    super(`the code of part "${part}" threw`, { cause });
  }
}

/** Whether a part failed by an exception of the BFF's own code, whatever the client is told. */
export function isOwnFailure(error: BffError): boolean {
  return error.code === 'internal' || error.cause instanceof OwnException;
}

/**
 * Runs a function of a plan. What it throws is blamed on the parts that gave it its data, unless they all have a shape or
 * there are none: then it is the BFF's own mistake. So is a call that is written wrongly. A key that no call can be made of is the
 * client's mistake where the input holds such a key.
 */
export function readPlan<T>(part: CompiledPart, input: unknown, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const isOwn = !(thrown instanceof BffError);
    if (thrown instanceof CallSyntaxError || (isOwn && part.needs.every(({ shape }) => shape !== undefined))) {
      throw new BffError('internal', { cause: new OwnException(part.name, thrown) });
    }
    if (part.needs.length === 0 || isClients(thrown, input)) throw thrown;
    throw new BffError('upstream-body-invalid', {
      detail: `"${part.after.join('", "')}" do not hold what "${part.name}" needs of them`,
      cause: isOwn ? new OwnException(part.name, thrown) : thrown,
    });
  }
}

function isClients(thrown: unknown, input: unknown): boolean {
  return thrown instanceof BffError && thrown.code === 'input-invalid' && holdsWrongKey(input);
}

/** The JSON of a part as its schema gives it. */
export function shaped(shape: z.ZodType, value: unknown): unknown {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const detail = 'the answer of an upstream does not have the shape that was agreed on';
  throw new BffError('upstream-body-invalid', { detail, cause: result.error });
}

/** The error that a view fails with when a required part did: the same one, with the part's name. */
export function withPart(error: BffError, part: PartDefinition): BffError {
  return new BffError(error.code, {
    detail: error.code === 'resource-not-found' ? `there is no such ${part.name}` : error.detail,
    upstream: error.upstream,
    part: part.name,
    fields: error.fields,
    headers: error.headers,
    cause: error,
  });
}

/** Whatever was thrown, as a BffError. */
export function asBffError(error: unknown): BffError {
  return error instanceof BffError ? error : new BffError('internal', { cause: error });
}
