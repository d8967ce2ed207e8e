import { type ArgumentsHost, type CanActivate, type ExceptionFilter, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { attachContext, BffError, contextOf, RequestContext, startTrace } from '@portico/core';
import { type Upstream } from '@portico/upstream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Route, RoutingModule } from '../src/index.ts';

/** A gateway that holds only a route table; what the server does around it is the least that routes need. */
export interface RunningApp {
  readonly url: string;
  readonly port: number;
  /** Contexts of the requests so far. */
  readonly contexts: readonly RequestContext[];
  close(): Promise<void>;
}

const STATUS: Readonly<Record<string, number>> = {
  'request-malformed': 400,
  'input-invalid': 400,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'client-too-slow': 408,
  'body-too-large': 413,
  'upstream-reset': 502,
  'upstream-connect': 502,
  'upstream-saturated': 503,
  'deadline-exceeded': 504,
  'upstream-timeout': 504,
};

class TestFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!(error instanceof BffError)) {
      const status = (error as { status?: number }).status ?? (error as { statusCode?: number }).statusCode ?? 500;
      void reply.status(status).send(String(error));
      return;
    }
    void reply
      .status(STATUS[error.code] ?? 500)
      .headers({ ...error.headers })
      .send({ code: error.code, detail: error.detail, part: error.part });
  }
}

/** Starts a Nest application on a free port with these routes and guards (`APP_GUARD`), named `test-bff`. */
export async function startApp(
  upstreams: readonly Upstream[],
  routes: readonly Route[],
  guards: readonly CanActivate[] = [],
): Promise<RunningApp> {
  class AppModule {}
  const imports = [RoutingModule.forRoot({ name: 'test-bff', upstreams, routes })];
  const providers = guards.map((guard) => ({ provide: APP_GUARD, useValue: guard }));
  Module({ imports, providers })(AppModule);
  const adapter = new FastifyAdapter();
  const contexts: RequestContext[] = [];
  serveBodiesUnread(adapter.getInstance<FastifyInstance>());
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: false,
  });
  attachContexts(adapter.getInstance<FastifyInstance>(), contexts);
  app.useGlobalFilters(new TestFilter());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, port, contexts, close: () => app.close() };
}

/** As the server does: no method has a body in Fastify's eyes. */
function serveBodiesUnread(fastify: FastifyInstance): void {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
}

function attachContexts(fastify: FastifyInstance, contexts: RequestContext[]): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const requestId = `request-${contexts.length + 1}`;
    const ctx = new RequestContext({
      requestId,
      client: {
        address: request.socket.remoteAddress ?? '',
        protocol: 'http',
        host: request.headers.host ?? '',
      },
      trace: startTrace(),
      headers: request.headers,
      replyHeaders: ['x-request-id', requestId],
    });
    attachContext(request.raw, ctx);
    contexts.push(ctx);
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished) ctx.abort(new BffError('client-aborted'));
    });
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    contextOf(request.raw).finish();
    done();
  });
}
