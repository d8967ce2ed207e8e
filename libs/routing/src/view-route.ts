import type { ViewAnswer } from '@portico/aggregation';
import { BffError, makePrivate, type RequestContext } from '@portico/core';
import { type Parameters, parametersOf } from '@portico/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeAnswer } from './reply.ts';
import { checkTarget } from './request-path.ts';
import type { RouteHandler } from './route-handler.ts';

/** Parameters of the largest query that a view reads; more are a mistake or an attack. */
const MOST_PARAMETERS = 1_000;

/**
 * The handler of a view.
 *
 * @param answer the compiled view; its input is the path's parameters, decoded, with the query's beside them
 * @param isPrivate what it answers is for its caller alone, whatever its upstreams say to caches
 */
export function answerView(
  answer: (input: unknown, ctx: RequestContext) => Promise<ViewAnswer>,
  isPrivate: boolean,
): RouteHandler {
  return async (request: FastifyRequest, reply: FastifyReply, ctx: RequestContext) => {
    const url = request.raw.url!;
    const end = checkTarget(url);
    const { status, headers, body } = await answer(inputOf(request.params as Parameters, url.slice(end + 1)), ctx);
    if (isPrivate || ctx.principal !== undefined) makePrivate(headers);
    writeAnswer(reply, { status, headers, contentLength: String(body.length), body }, ctx);
  };
}

/** Path parameters win over the query: the path is what was routed and allowed. A repeated parameter becomes a list. */
function inputOf(params: Parameters, query: string): Parameters {
  if (hasMoreParameters(query)) {
    throw new BffError('input-invalid', { detail: `a query may have ${MOST_PARAMETERS} parameters at most` });
  }
  return Object.assign(parametersOf(query), params);
}

/** Looked at before anything is made of them. */
function hasMoreParameters(query: string): boolean {
  let count = 1;
  for (let at = query.indexOf('&'); at >= 0; at = query.indexOf('&', at + 1)) {
    if (++count > MOST_PARAMETERS) return true;
  }
  return false;
}
