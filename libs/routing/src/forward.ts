import { BffError, type RequestContext } from '@portico/core';
import { headerOf, type Send, type UpstreamRequest, type UpstreamResponse } from '@portico/upstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { holdSmallBody } from './held-body.ts';
import { makePrivate } from './private-response.ts';
import type { QueryWriter } from './query-rules.ts';
import { writeAnswer } from './reply.ts';
import { bodyOf, type RequestBody, takesBody } from './request-body.ts';
import type { RequestHeaderWriter } from './request-headers.ts';
import { checkTarget, type PathWriter } from './request-path.ts';
import type { ResponseHeaderWriter } from './response-headers.ts';
import type { RouteHandler } from './route-handler.ts';

/** A forwarding route with everything worked out that boot could know. */
export interface ForwardPlan {
  readonly send: Send;
  readonly path: PathWriter;
  /** Undefined: the query passes byte for byte. */
  readonly query: QueryWriter | undefined;
  readonly requestHeaders: RequestHeaderWriter;
  readonly responseHeaders: ResponseHeaderWriter;
  /** What it answers is for its caller alone, whatever the upstream says to caches. */
  readonly isPrivate: boolean;
  readonly maxBodyBytes: number;
  /** See `UpstreamRequest.idempotent`. */
  readonly idempotent: true | undefined;
}

/** The handler of a forwarding route. Until the head of the answer is written, errors reject; after that they cut the connection. */
export function forward(plan: ForwardPlan): RouteHandler {
  const { send, requestHeaders, responseHeaders, isPrivate, maxBodyBytes, idempotent } = plan;
  return async (request: FastifyRequest, reply: FastifyReply, ctx: RequestContext) => {
    const { raw } = request;
    const method = raw.method!;
    const target = targetOf(plan, raw.url!);
    const headers = requestHeaders(raw, ctx);
    const call = { method, target, headers, body: undefined, idempotent };
    const response = takesBody(method)
      ? await sendWithBody(send, { ...call, body: bodyOf(raw, maxBodyBytes) }, ctx)
      : await send(call, ctx);
    const fields = responseHeaders(response.headers, ctx.client);
    if (isPrivate || ctx.principal !== undefined) makePrivate(fields);
    const needsLength = method === 'HEAD' || !('chunks' in response.body);
    const answer = {
      status: response.status,
      headers: fields,
      contentLength: needsLength ? headerOf(response.headers, 'content-length') : undefined,
      body: response.body,
    };
    writeAnswer(reply, answer, ctx);
  };
}

/** Sends a request whose body is still coming, and leaves no body behind that nobody reads. */
async function sendWithBody(
  send: Send,
  call: UpstreamRequest & { readonly body: RequestBody | undefined },
  ctx: RequestContext,
): Promise<UpstreamResponse> {
  const { body, headers } = call;
  if (body === undefined) return send(call, ctx);
  if (body.length !== undefined) headers.push('content-length', body.length);
  const toSend = await holdSmallBody(body, ctx);
  if (toSend !== body) return send({ ...call, body: toSend }, ctx);
  try {
    const response = await send(call, ctx);
    // An upstream that answered in full has no use for the rest of an upload; one that still answers may read on.
    if ('chunks' in response.body) body.destroy();
    return response;
  } catch (error) {
    const isClientLate = body.waitsForClient && error instanceof BffError && error.code === 'deadline-exceeded';
    body.destroy();
    throw isClientLate ? new BffError('request-timeout', { cause: error }) : (body.errored ?? error);
  }
}

function targetOf(plan: ForwardPlan, url: string): string {
  const end = checkTarget(url);
  const path = plan.path(end === url.length ? url : url.slice(0, end));
  if (end === url.length) return plan.query === undefined ? path : path + plan.query('');
  const query = url.slice(end);
  return path + (plan.query === undefined ? query : plan.query(query));
}
