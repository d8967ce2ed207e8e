import { hideSecrets } from '@portico/core';
import pino from 'pino';

const SECRET = /authorization$|cookie$|password|passwd|secret|token$|^api[-_]?key$/i;
const CENSOR = '[redacted]';
const MAX_DEPTH = 8;

/**
 * A copy of what someone logs, without the values of fields that are secrets by their name (`authorization`, `cookie`,
 * `set-cookie`, `password`, `token`, `client_secret` ...), however deep they lie; what lies deeper than eight levels is
 * left out. Errors keep their message and stack, of which `hideSecrets` takes what looks like a secret.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return ofError(value, depth);
  if (!isContainer(value)) return value;
  if (depth === MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, field] of Object.entries(value)) copy[name] = SECRET.test(name) ? CENSOR : redact(field, depth + 1);
  return copy;
}

function ofError(error: Error, depth: number): unknown {
  const { message, stack, ...fields } = pino.stdSerializers.err(error);
  return { ...(redact(fields, depth) as object), message: hideSecrets(message), stack: hideSecrets(stack) };
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !ArrayBuffer.isView(value);
}
