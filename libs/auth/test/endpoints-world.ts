import { type ArgumentsHost, type ExceptionFilter, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { attachContext, BffError, RequestContext, startTrace } from '@portico/core';
import { type FakeIdentityProvider, startFakeIdentityProvider } from '@portico/testing';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AuditTrail } from '../src/audit-trail/audit-trail.ts';
import { AuditTrailGuard, recordAnswers } from '../src/audit-trail/audit-trail.guard.ts';
import type { AuthSettings } from '../src/auth-settings.ts';
import { ENDPOINT_CONTROLLERS, ENDPOINT_PROVIDERS } from '../src/endpoints/endpoints.ts';
import { AccessGuard } from '../src/guard/access.guard.ts';
import { SessionDoor } from '../src/guard/session.door.ts';
import { SessionStrategy } from '../src/guard/door-strategy.ts';
import { AUTH_SETTINGS, DOOR, PROVIDER, SESSIONS } from '../src/injection.ts';
import type { ProviderSettings } from '../src/provider/provider-settings.ts';
import type { Provider } from '../src/provider/provider.ts';
import { MemorySessionStore } from '../src/session/memory-session-store.ts';
import { SessionCipher } from '../src/session/session-cipher.ts';
import { SessionCookie } from '../src/session/session-cookie.ts';
import { createSessions } from '../src/session/session-service.ts';
import type { Sessions } from '../src/session/sessions.ts';
import { UpstreamTokens } from '../src/tokens/upstream-tokens.ts';
import { providerOf, PUBLIC_URL } from './provider-fixture.ts';

const STATUS: Readonly<Record<string, number>> = {
  'method-not-allowed': 405,
  'request-timeout': 408,
  'body-too-large': 413,
  'csrf-refused': 403,
  forbidden: 403,
  'resource-not-found': 404,
  unauthenticated: 401,
  'session-ended': 401,
  'identity-provider-unavailable': 503,
  'sessions-unavailable': 503,
};
const KEY = 'A'.repeat(43);

class TestFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!(error instanceof BffError)) {
      void reply.status((error as { status?: number }).status ?? 500).send(String(error));
      return;
    }
    const { code, detail, login } = error;
    const status = STATUS[code] ?? (code === 'internal' ? 500 : 400);
    void reply
      .status(status)
      .headers({ 'cache-control': 'no-store', ...error.headers })
      .send({ code, detail, login });
  }
}

/** A BFF that has nothing but its doors, and a provider. */
export interface EndpointsWorld {
  readonly url: string;
  readonly fake: FakeIdentityProvider;
  readonly provider: Provider;
  /** The sessions of the BFF; methods may be replaced. */
  readonly sessions: Sessions;
  /** Of all requests, in order. */
  readonly contexts: readonly RequestContext[];
  close(): Promise<void>;
}

/** Starts a provider and a BFF named `test-bff`, whose public URL is not the one it listens on. */
export async function startEndpoints(
  settings: Partial<ProviderSettings> = {},
  trail?: AuditTrail,
): Promise<EndpointsWorld> {
  const fake = await startFakeIdentityProvider();
  fake.user = 'alice';
  const provider = providerOf(fake, settings);
  const sessions = createSessions({ store: new MemorySessionStore(), cipher: new SessionCipher([KEY]) });
  const contexts: RequestContext[] = [];
  const app = await startApp(provider, sessions, { onContext: (ctx) => contexts.push(ctx), trail });
  const url = await app.getUrl();
  const close = async (): Promise<void> => {
    await app.close();
    await sessions.close();
    await fake.close();
  };
  return { url, fake, provider, sessions, contexts, close };
}

/** How a BFF with the endpoints starts. */
interface AppOptions {
  /** By default a free one. */
  readonly port?: number;
  readonly publicUrl?: string;
  readonly onContext?: (ctx: RequestContext) => void;
  readonly trail?: AuditTrail | undefined;
}

/** Starts a BFF with the endpoints. */
export async function startApp(
  provider: Provider,
  sessions: Sessions,
  { port = 0, publicUrl = PUBLIC_URL, onContext, trail }: AppOptions = {},
): Promise<NestFastifyApplication> {
  const tokens = new UpstreamTokens({ provider, sessions });
  const cookie = new SessionCookie('test-bff');
  const door = new SessionDoor({ cookie, sessions, provider, tokens });
  class EndpointsModule {}
  Module({
    controllers: ENDPOINT_CONTROLLERS,
    providers: [
      { provide: PROVIDER, useValue: provider },
      { provide: SESSIONS, useValue: sessions },
      { provide: SessionCookie, useValue: cookie },
      { provide: DOOR, useValue: door },
      { provide: AUTH_SETTINGS, useValue: { publicUrl, sessionKeys: [KEY] } as unknown as AuthSettings },
      { provide: APP_GUARD, useValue: new AccessGuard({ door, publicTokens: tokens.ofNobody, publicUrl }) },
      { provide: APP_GUARD, useValue: new AuditTrailGuard(trail) },
      SessionStrategy,
      ...ENDPOINT_PROVIDERS,
    ],
  })(EndpointsModule);
  const adapter = new FastifyAdapter();
  const fastify = adapter.getInstance<FastifyInstance>();
  for (const method of ['POST', 'DELETE']) fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const address = request.socket.remoteAddress ?? '';
    const client = { address, protocol: 'http' as const, host: request.headers.host ?? '' };
    const ctx = new RequestContext({ requestId: 'r', client, trace: startTrace(), headers: request.headers });
    attachContext(request.raw, ctx);
    onContext?.(ctx);
    done();
  });
  if (trail) fastify.addHook('onRequest', recordAnswers(trail));
  const options = { bodyParser: false, abortOnError: false, logger: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(EndpointsModule, adapter, options);
  app.useGlobalFilters(new TestFilter());
  await app.listen(port, '127.0.0.1');
  return app;
}
