import { BffError } from '@portico/core';
import type { z } from 'zod';
import type { PartDefinition } from './plan-types.ts';

/** Runs a function of a plan; what it throws is blamed on whoever gave it its data. */
export function readPlan<T>(part: PartDefinition, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (part.after.length > 0) {
      throw new BffError('upstream-body-invalid', {
        detail: `"${part.after.join('", "')}" do not hold what "${part.name}" needs of them`,
        cause,
      });
    }
    throw cause instanceof BffError ? cause : new BffError('internal', { cause });
  }
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
