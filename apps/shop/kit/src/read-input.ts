import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { EndpointSchemas } from './endpoint.ts';
import { type FieldError, Problem } from './problem.ts';

const PARTS = ['params', 'query', 'headers', 'body'] as const;

/**
 * Checks a request against an endpoint's schemas. Empty query parameters count as not given.
 *
 * @throws Problem 400 with every field at fault
 */
export function readInput(schemas: EndpointSchemas, request: FastifyRequest): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  for (const part of PARTS) {
    const result = schemas[part]?.safeParse(part === 'query' ? withoutEmpty(request.query) : request[part]);
    if (result?.success) input[part] = result.data;
    else errors.push(...(result?.error.issues ?? []).flatMap((issue) => fieldErrors(issue, part)));
  }
  if (errors.length > 0) throw Problem.invalid(errors);
  return input;
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.') || part, message: issue.message }];
  return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not known' }));
}

function withoutEmpty(query: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== ''));
}
