import type { RequestContext } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What answers a route: writes the whole answer itself, or rejects with a BffError before anything is written. */
export type RouteHandler = (request: FastifyRequest, reply: FastifyReply, ctx: RequestContext) => Promise<void>;
