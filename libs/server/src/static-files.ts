import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BffError, contextOf, declareRoute } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { StaticFiles } from './bff-options.ts';
import type { Front } from './fastify-front.ts';
import { securityHeaders } from './security-headers.ts';

/** Dot segments belong to no page. */
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;

/** The handler below finds the file. Ranges are left out (RFC 9110 14.2 allows it): the files of a page are small. */
const SERVING = { serve: false, cacheControl: false, acceptRanges: false, dotfiles: 'ignore' } as const;

/** One year: bundlers put a hash of the content into the names below `/assets`. */
const HASHED = 'public, max-age=31536000, immutable';

/**
 * The file to answer with, if any: the path itself when its last segment looks like a file, else the fallback page for
 * someone who navigates.
 */
function fileFor(request: FastifyRequest, path: string, fallback: string | undefined): string | undefined {
  if (path === '/') return 'index.html';
  if (path.slice(path.lastIndexOf('/')).includes('.')) return path.slice(1);
  return request.headers.accept?.includes('text/html') ? fallback : undefined;
}

function setPageHeaders(request: FastifyRequest): void {
  const { replyHeaders, client } = contextOf(request.raw);
  const page = securityHeaders('page', client.protocol);
  const names = new Set(page.filter((_value, index) => index % 2 === 0));
  for (let index = replyHeaders.length - 2; index >= 0; index -= 2) {
    if (names.has(replyHeaders[index]!)) replyHeaders.splice(index, 2);
  }
  replyHeaders.push(...page);
}

/**
 * Serves a folder under `/` for GET and HEAD, behind every other route. A path that begins as one of them does is none of a
 * page: a typing error there must give a problem.
 */
export async function serveStatic(
  { fastify, routes }: Pick<Front, 'fastify' | 'routes'>,
  { root, fallback }: StaticFiles,
  log: Logger,
): Promise<void> {
  const folder = resolve(root);
  const exists = existsSync(folder);
  if (!exists) log.warn(`the pages are missing: ${folder} does not exist, build them first; the API works without`);
  else await fastify.register(import('@fastify/static'), { root: folder, ...SERVING });
  const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply | void => {
    const { '*': rest = '' } = request.params as { '*'?: string };
    const path = `/${rest}`;
    const isPage = !routes.ownsPath(path) && !DOT_SEGMENT.test(path);
    const file = isPage ? fileFor(request, path, fallback) : undefined;
    if (file === undefined) return reply.callNotFound();
    contextOf(request.raw).route = '/*';
    if (!exists) throw new BffError('route-not-found', { detail: 'The pages are not built yet.' });
    setPageHeaders(request);
    reply.header('cache-control', file.startsWith('assets/') ? HASHED : 'no-cache');
    return reply.sendFile(file);
  };
  declareRoute(serve, { kind: 'files' });
  fastify.get('/*', serve);
}
