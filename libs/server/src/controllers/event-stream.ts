import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestContext } from '@portico/core';
import { addReplyHeaders, makeHeadPrivate, type ResponseHead } from '../response-head.ts';
import type { HandlerPlan } from './handler-plan.ts';

type WriteHead = (status: number, headers: OutgoingHttpHeaders) => ServerResponse;

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
  const complete: WriteHead = (status, headers) => {
    response.writeHead = writeHead as typeof response.writeHead;
    // A problem is written as a list, and complete.
    if (Array.isArray(headers)) return writeHead(status, headers);
    ctx.liftDeadline();
    const head = new FieldsHead(headers);
    addReplyHeaders(head, ctx);
    if (!isPublic || ctx.principal !== undefined) makeHeadPrivate(head);
    return writeHead(status, head.fields);
  };
  response.writeHead = complete as typeof response.writeHead;
}

class FieldsHead implements ResponseHead {
  readonly fields: Record<string, OutgoingHttpHeader | undefined>;

  constructor(headers: OutgoingHttpHeaders) {
    this.fields = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
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
  }
}
