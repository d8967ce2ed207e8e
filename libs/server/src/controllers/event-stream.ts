import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestContext } from '@portico/core';
import { completeHead, type ResponseHead } from '../response-head.ts';
import type { HandlerPlan } from './handler-plan.ts';

type WriteHead = (
  status: number,
  reasonOrFields?: string | OutgoingHttpHeaders,
  fields?: OutgoingHttpHeaders,
) => ServerResponse;

/**
 * Completes the head of an event stream, which Nest writes past Fastify's reply. With it the deadline has been met: the stream may
 * last as long as there is somebody at both ends.
 */
export function completeEventStream(
  response: ServerResponse,
  ctx: RequestContext,
  { isPublic }: Pick<HandlerPlan, 'isPublic'>,
): void {
  const writeHead = response.writeHead.bind(response) as WriteHead;
  const complete: WriteHead = (status, reasonOrFields, fields) => {
    response.writeHead = writeHead as typeof response.writeHead;
    // A problem is written as a list, and complete.
    if (Array.isArray(reasonOrFields)) return writeHead(status, reasonOrFields);
    const isReason = typeof reasonOrFields === 'string';
    const head = new FieldsHead(response, isReason ? fields : reasonOrFields);
    completeHead(head, ctx, isPublic);
    const written = writeHead(status, isReason ? reasonOrFields : undefined, head.fields);
    ctx.liftDeadline();
    return written;
  };
  response.writeHead = complete as typeof response.writeHead;
}

class FieldsHead implements ResponseHead {
  readonly fields: Record<string, OutgoingHttpHeader | undefined>;

  /** @param given beside what has been set on the response before; none when Node writes the head with the first bytes */
  constructor(
    private readonly response: ServerResponse,
    given: OutgoingHttpHeaders = {},
  ) {
    const own = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const);
    this.fields = { ...response.getHeaders(), ...Object.fromEntries(own) };
  }

  names(): readonly string[] {
    return Object.keys(this.fields);
  }

  get(name: string): string | undefined {
    const value = this.fields[name];
    return value === undefined ? undefined : String(value);
  }

  set(name: string, value: string): void {
    this.fields[name] = value;
  }

  remove(name: string): void {
    delete this.fields[name];
    this.response.removeHeader(name);
  }
}
