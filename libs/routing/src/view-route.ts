import type { RequestContext } from '@portico/core';
import type { ViewAnswer } from '@portico/aggregation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeAnswer } from './reply.ts';
import { checkTarget } from './request-path.ts';
import type { RouteHandler } from './route-handler.ts';

type Input = Record<string, string | string[]>;

/**
 * The handler of a view.
 *
 * @param answer the compiled view; its input is the path's parameters, decoded, with the query's beside them
 */
export function answerView(answer: (input: unknown, ctx: RequestContext) => Promise<ViewAnswer>): RouteHandler {
  return async (request: FastifyRequest, reply: FastifyReply, ctx: RequestContext) => {
    const url = request.raw.url!;
    const end = checkTarget(url);
    const { status, headers, body } = await answer(inputOf(request.params as Input, url.slice(end + 1)), ctx);
    writeAnswer(reply, { status, headers, contentLength: String(body.length), body }, ctx);
  };
}

/** Path parameters win over the query: the path is what was routed and allowed. A repeated parameter becomes a list. */
function inputOf(params: Input, query: string): Input {
  const input: Input = Object.create(null) as Input;
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = input[name];
    if (earlier === undefined) input[name] = value;
    else input[name] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  }
  return Object.assign(input, params);
}
