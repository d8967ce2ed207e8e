import { BffError, makePrivate, type RequestContext } from '@portico/core';
import { bodyOf, type LeastRate, type RequestBody, takesBody, type Uploads } from '@portico/http';
import { headerOf, isEventStream, type Send, type UpstreamRequest, type UpstreamResponse } from '@portico/upstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { holdBody } from './held-body.ts';
import type { QueryWriter } from './query-rules.ts';
import { writeAnswer } from './reply.ts';
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
  readonly uploads: Uploads;
  readonly leastRate: LeastRate;
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
      ? await sendWithBody(plan, { ...call, body: bodyOf(raw, maxBodyBytes) }, ctx)
      : await send(call, ctx);
    const fields = responseHeaders(response.headers, ctx.client);
    if (isPrivate || ctx.principal !== undefined) makePrivate(fields);
    const isStream = !('chunks' in response.body);
    // The deadline was for its head. From here on the silence of its upstream ends it.
    if (isStream && isEventStream(response)) ctx.liftDeadline();
    const needsLength = method === 'HEAD' || isStream;
    const answer = {
      status: response.status,
      headers: fields,
      contentLength: needsLength ? headerOf(response.headers, 'content-length') : undefined,
      body: response.body,
    };
    writeAnswer(reply, answer, ctx);
  };
}

/** A call whose body is still coming. */
type CallWithBody = UpstreamRequest & { readonly body: RequestBody | undefined };

async function sendWithBody(plan: ForwardPlan, call: CallWithBody, ctx: RequestContext): Promise<UpstreamResponse> {
  const { send, uploads, leastRate } = plan;
  const { body, headers } = call;
  if (body === undefined) return send(call, ctx);
  if (body.length !== undefined) headers.push('content-length', body.length);
  const upload = uploads.begin(body, leastRate, ctx);
  try {
    const whole = await holdBody(upload, uploads, ctx);
    return whole ? await send({ ...call, body: whole }, ctx) : await sendStream(send, { ...call, body }, ctx);
  } finally {
    uploads.release(upload);
  }
}

/** Sends a body as it comes, and leaves none behind that nobody reads. */
async function sendStream(
  send: Send,
  call: UpstreamRequest & { readonly body: RequestBody },
  ctx: RequestContext,
): Promise<UpstreamResponse> {
  const { body } = call;
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
