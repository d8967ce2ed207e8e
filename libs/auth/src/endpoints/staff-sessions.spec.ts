import { type ArgumentsHost, Catch, type ExceptionFilter, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { attachContext, BffError, type Principal } from '@portico/core';
import { httpRequest, testContext } from '@portico/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from '../guard/access.guard.ts';
import type { Door } from '../guard/door.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import type { Sessions } from '../session/sessions.ts';
import { staffSessionsController } from './staff-sessions.controller.ts';
import { type StaffSession, StaffSessions } from './staff-sessions.ts';

const ISSUER = 'https://id.example';

function principal(subject: string, roles: readonly string[] = []): Principal {
  return {
    id: `${ISSUER} ${subject}`,
    issuer: ISSUER,
    subject,
    door: 'session',
    clientId: 'web-bff',
    roles: new Set(roles),
    scopes: new Set(),
    acr: undefined,
    authTime: undefined,
    claims: {},
    session: undefined,
  };
}

const tokens = {
  accessToken: 'at',
  accessTokenExpiresAt: Date.now() + 600_000,
  refreshToken: 'rt',
  refreshTokenExpiresAt: undefined,
  idToken: 'id',
};

/** Whoever says in a header which roles they have. */
const door: Door = {
  strategy: 'session',
  isAmbient: true,
  recall: ({ headers }) => {
    const { roles } = headers as { roles?: string };
    return roles === undefined ? 'anonymous' : principal('mia', roles.split(','));
  },
  verify: () => Promise.reject(new BffError('unauthenticated')),
  challenge: () => ({ login: '/bff/login' }),
};

@Catch()
class CodeFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const code = thrown instanceof BffError ? thrown.code : String(thrown);
    void reply.status(400).send({ code });
  }
}

const newSessions = (): Sessions =>
  createSessions({ store: new MemorySessionStore(), cipher: new SessionCipher(['A'.repeat(43)]) });

describe('the endpoints of staff for sessions of others', () => {
  let app: NestFastifyApplication;
  let url: string;
  let sessions: ReadonlyMap<'web-bff' | 'admin-bff', Sessions>;
  /** Of the calls, by route. */
  let parameters: unknown[];

  beforeEach(async () => {
    parameters = [];
    sessions = new Map([
      ['admin-bff', newSessions()],
      ['web-bff', newSessions()],
    ] as const);
    const guard = new AccessGuard({ door, publicTokens: { tokenFor: () => 'none' }, publicUrl: 'http://127.0.0.1' });
    @Module({
      controllers: [staffSessionsController({ roles: ['manager'] })],
      providers: [
        { provide: StaffSessions, useValue: new StaffSessions(sessions, ISSUER) },
        { provide: APP_GUARD, useValue: guard },
      ],
    })
    class StaffModule {}
    app = await NestFactory.create<NestFastifyApplication>(
      StaffModule,
      new FastifyAdapter({ routerOptions: { maxParamLength: 500 } }),
      { logger: false },
    );
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void) => {
      attachContext(request.raw, testContext());
      parameters.push({ ...(request.params as object) });
      done();
    });
    app.useGlobalFilters(new CodeFilter());
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/bff/staff/sessions`;
  });
  afterEach(async () => {
    await app.close();
    for (const one of sessions.values()) await one.close();
  });

  const asStaff = (target: string, method = 'GET', headers: Record<string, string> = {}) =>
    httpRequest(`${url}${target}`, { method, headers: { roles: 'manager', 'x-csrf': '1', ...headers } });

  const login = (bff: 'web-bff' | 'admin-bff', subject: string) =>
    sessions.get(bff)!.begin({
      principal: principal(subject),
      tokens,
      providerSession: undefined,
      device: { userAgent: `browser of ${subject}`, address: '10.0.0.1' },
    });

  it('list the sessions of one user at all BFFs, without a secret or a token', async () => {
    const { secret, session } = await login('web-bff', 'alice');
    await login('admin-bff', 'alice');
    await login('web-bff', 'bob');
    const answer = await asStaff('/alice');
    const { items } = answer.json<{ items: StaffSession[] }>();
    expect(items.map(({ bff }) => bff).sort()).toEqual(['admin-bff', 'web-bff']);
    expect(items.find(({ bff }) => bff === 'web-bff')).toEqual({
      bff: 'web-bff',
      handle: session.handle,
      device: { userAgent: 'browser of alice', address: '10.0.0.1' },
      createdAt: session.createdAt,
      lastSeenAt: expect.any(Number) as number,
      expiresAt: session.expiresAt,
    });
    for (const hidden of [secret, session.logoutToken]) expect(answer.text).not.toContain(hidden);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await asStaff('/nobody')).json()).toEqual({ items: [], next: null, unseen: [] });
  });

  it('list page by page, the newest first over all BFFs, each session once', async () => {
    const handles: string[] = [];
    for (let i = 0; i < 130; i++) {
      handles.push((await login(i % 3 === 0 ? 'admin-bff' : 'web-bff', 'alice')).session.handle);
    }
    const seen: StaffSession[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages++) {
      const answer = await asStaff(`/alice${next && `?after=${next}`}`);
      const page: { items: StaffSession[]; next: string | null } = answer.json();
      expect(page.items.length).toBeLessThanOrEqual(50);
      expect(pages).toBeLessThan(5);
      seen.push(...page.items);
      next = page.next;
    }
    expect(seen.map(({ handle }) => handle).sort()).toEqual(handles.sort());
    expect(seen.map(({ createdAt }) => createdAt)).toEqual(
      seen.map(({ createdAt }) => createdAt).sort((a, b) => b - a),
    );
    expect((await asStaff('/alice?after=nothing')).json()).toEqual({ code: 'input-invalid' });
  });

  it('case 51: end all sessions of a user, at all BFFs at once, and of nobody else', async () => {
    const alice = await login('web-bff', 'alice');
    await login('admin-bff', 'alice');
    const bob = await login('web-bff', 'bob');
    expect((await asStaff('/alice', 'DELETE')).json()).toEqual({ ended: 2 });
    expect(await sessions.get('web-bff')!.find(alice.secret)).toBeUndefined();
    expect(await sessions.get('web-bff')!.find(bob.secret)).toBeDefined();
    expect((await asStaff('/alice', 'DELETE')).json()).toEqual({ ended: 0 });
  });

  it("end one session of a user, not by the handle of another user's", async () => {
    const alice = await login('web-bff', 'alice');
    const bob = await login('web-bff', 'bob');
    expect((await asStaff(`/alice/${bob.session.handle}`, 'DELETE')).json()).toEqual({
      code: 'resource-not-found',
    });
    expect((await asStaff(`/alice/${alice.session.handle}`, 'DELETE')).status).toBe(204);
    expect(await sessions.get('web-bff')!.find(alice.secret)).toBeUndefined();
    expect(await sessions.get('web-bff')!.find(bob.secret)).toBeDefined();
  });

  it.each(['%00', 'a%0Ab', '%C3%A4', 'x'.repeat(256)])('refuse a user that is no subject: %j', async (user) => {
    for (const method of ['GET', 'DELETE']) {
      expect((await asStaff(`/${user}`, method)).json()).toEqual({ code: 'input-invalid' });
    }
  });

  it.each(['', '/', '?user=alice'])('are of one user, who is named: %j', async (target) => {
    await login('web-bff', 'alice');
    for (const method of ['GET', 'DELETE']) expect((await asStaff(target, method)).status).not.toBe(200);
    expect(await sessions.get('web-bff')!.list(`${ISSUER} alice`)).toMatchObject({ items: [{}] });
  });

  it('find subjects of any spelling', async () => {
    await login('web-bff', 'auth0|a/b c?d%41');
    const answer = await asStaff(`/${encodeURIComponent('auth0|a/b c?d%41')}`);
    expect(answer.json<{ items: unknown[] }>().items).toHaveLength(1);
  });

  it('name the user in the path, whose parameters are what an audit trail has of a call', async () => {
    const { session } = await login('web-bff', 'alice');
    await asStaff(`/alice/${session.handle}`, 'DELETE');
    await asStaff('/alice', 'DELETE');
    expect(parameters).toEqual([{ user: 'alice', handle: session.handle }, { user: 'alice' }]);
  });

  it.each([
    ['nobody', {}, 'unauthenticated'],
    ['who is not staff', { roles: 'customer', 'x-csrf': '1' }, 'forbidden'],
    ['whose role is spelled otherwise', { roles: 'Manager', 'x-csrf': '1' }, 'forbidden'],
    ['whose page is another', { roles: 'manager' }, 'csrf-refused'],
  ])('case 50: are closed to %s', async (_who, headers, code) => {
    const { session } = await login('web-bff', 'alice');
    for (const [method, target] of [
      ['GET', '/alice'],
      ['DELETE', '/alice'],
      ['DELETE', `/alice/${session.handle}`],
    ] as const) {
      const answer = await httpRequest(`${url}${target}`, { method, headers: headers as Record<string, string> });
      expect(answer.json()).toEqual({ code });
    }
    expect(await sessions.get('web-bff')!.list(`${ISSUER} alice`)).toMatchObject({ items: [{}] });
  });
});

it.each(['public', 'user', undefined, {}, { roles: [] }])('cannot be opened to %j', (access) => {
  expect(() => staffSessionsController(access as never)).toThrow(TypeError);
});
