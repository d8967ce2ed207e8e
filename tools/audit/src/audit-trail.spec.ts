import { channel } from 'node:diagnostics_channel';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CanActivate,
  Controller,
  Delete,
  type DynamicModule,
  type ExecutionContext,
  Module,
  Param,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditTrailModule, verifyTrail } from '@portico/auth';
import { accessOf, Allow, BffError, ConfigError, contextOf, ENFORCES_ACCESS, type Principal } from '@portico/core';
import { type Route, RoutingModule } from '@portico/routing';
import { createBff } from '@portico/server';
import {
  eventually,
  hang,
  type FakeUpstream,
  httpRequest,
  rawRequest,
  reply,
  startBff,
  startFakeUpstream,
} from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import type { FastifyRequest } from 'fastify';

/** Knows whoever says who they are, and refuses mallory. */
class NamingGuard implements CanActivate {
  readonly [ENFORCES_ACCESS] = true;

  canActivate(context: ExecutionContext): boolean {
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const { who } = raw.headers as { who?: string };
    if (accessOf(context.getHandler()) === 'public') return true;
    if (who === undefined) throw new BffError('unauthenticated');
    contextOf(raw).principal = { id: `https://id.example ${who}`, session: `handle-of-${who}` } as Principal;
    if (who === 'mallory') throw new BffError('forbidden');
    return true;
  }
}

/** Like the endpoints of login: no row of the route table. */
@Controller('bff/sessions')
class SessionsController {
  @Delete(':handle')
  @Allow('user')
  end(@Param('handle') handle: string): { handle: string } {
    return { handle };
  }
}

@Module({ controllers: [SessionsController], providers: [{ provide: APP_GUARD, useClass: NamingGuard }] })
class DoorModule {}

const shop = defineUpstream('shop', { url: 'http://127.0.0.1:1', retry: false });

const row = (path: string, methods: Route['methods'], auth: Route['auth'] = 'user'): Route => ({
  methods,
  path: `/api${path}`,
  upstream: shop,
  to: path,
  auth,
  timeout: 5_000,
});

const routing = () =>
  RoutingModule.forRoot({
    name: 'test-bff',
    upstreams: [shop],
    routes: [
      row('/orders/:id', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
      row('/carts', ['POST'], 'public'),
      row('/slow', ['POST']),
    ],
  });

function moduleOf(...imports: NonNullable<DynamicModule['imports']>): DynamicModule {
  class BffModule {}
  return { module: BffModule, imports };
}

describe('the audit trail of a BFF', () => {
  let home: string;
  let folder: string;
  let path: string;
  let upstream: FakeUpstream;
  let bff: Awaited<ReturnType<typeof startBff>>;
  /** What the trail held when the upstream got a call. */
  let seenByUpstream: string;
  let callsBefore: number;

  const start = (...imports: NonNullable<DynamicModule['imports']>) => {
    const options = { name: 'test-bff', port: 0, module: moduleOf(...imports) };
    const environment = { SHOP_URL: upstream.url, LOG_LEVEL: 'silent', AUDIT_TRAIL: path };
    return startBff(() => createBff(options), environment);
  };

  beforeAll(async () => {
    upstream = await startFakeUpstream({
      '/orders/o-1': async (request, response) => {
        seenByUpstream = await readFile(path, 'utf8').catch(() => '');
        await reply({ json: { ok: true } })(request, response);
      },
      '/orders/taken': reply({ status: 409 }),
      '/carts': reply({ status: 201 }),
      '/slow': hang(),
    });
  });
  afterAll(() => upstream.close());

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'trail-'));
    folder = join(home, 'trail');
    path = join(folder, 'trail.jsonl');
    seenByUpstream = '';
    bff = await start(DoorModule, AuditTrailModule.forRoot({ name: 'test-bff' }), routing());
    callsBefore = upstream.requests.length;
  });
  afterEach(async () => {
    await bff.close();
    await rm(home, { recursive: true, force: true });
  });

  const call = (method: string, target: string, who?: string) =>
    httpRequest(`${bff.url}${target}`, {
      method,
      headers: { ...(who === undefined ? {} : { who }), 'x-request-id': 'r-1' },
      ...(method === 'GET' ? {} : { body: 'pin=not-for-the-trail' }),
    });

  type Written = Record<string, unknown> & { event: string };

  const written = async (at = path): Promise<readonly Written[]> =>
    (await readFile(at, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Written);

  async function records(count: number): Promise<readonly Written[]> {
    let found: readonly Written[] = [];
    const look = async (): Promise<void> => {
      found = await written();
      if (found.length < count) setTimeout(() => void look(), 5);
    };
    await look();
    await eventually(() => found.length >= count);
    return found;
  }

  it('has a call written down when the upstream gets it, and how it ended after that', async () => {
    expect((await call('POST', '/api/orders/o-1?token=s3cret', 'sam')).status).toBe(200);
    const before = JSON.parse(seenByUpstream) as Written;
    expect(before).toEqual({
      seq: 1,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      event: 'asked',
      bff: 'test-bff',
      requestId: 'r-1',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      principal: 'https://id.example sam',
      session: 'handle-of-sam',
      client: '127.0.0.1',
      method: 'POST',
      route: '/api/orders/:id',
      parameters: { id: 'o-1' },
      previous: '0'.repeat(64),
    });
    const [, after] = await records(2);
    expect(after).toMatchObject({ event: 'answered', requestId: 'r-1', principal: before['principal'], status: 200 });
    expect(after).not.toHaveProperty('error');
    expect(after!['duration']).toEqual(expect.any(Number));
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('s3cret');
    expect(text).not.toContain('not-for-the-trail');
    expect(await verifyTrail([path])).toMatchObject({ records: 2, problems: [], notes: [] });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('has %s calls, but no GET and no HEAD', async (method) => {
    for (const safe of ['GET', 'HEAD']) await call(safe, '/api/orders/o-1', 'sam');
    await call(method, '/api/orders/o-1', 'sam');
    expect((await records(2)).map((record) => `${record.event} ${String(record['method'])}`)).toEqual([
      `asked ${method}`,
      `answered ${method}`,
    ]);
  });

  it.each([
    ['nobody is known', undefined, 401, 'unauthenticated', undefined],
    ['somebody may not', 'mallory', 403, 'forbidden', 'https://id.example mallory'],
  ])('has refused calls, with who it was: %s', async (_what, who, status, error, principal) => {
    expect((await call('DELETE', '/api/orders/o-1', who)).status).toBe(status);
    const [record, ...further] = await records(1);
    expect(further).toEqual([]);
    expect(record).toMatchObject({ event: 'answered', status, error, parameters: { id: 'o-1' } });
    expect(record!['principal']).toBe(principal);
    expect(upstream.requests).toHaveLength(callsBefore);
  });

  it("has an upstream's refusal, public calls and methods that a path does not have, and no unknown paths", async () => {
    expect((await call('POST', '/api/orders/taken', 'sam')).status).toBe(409);
    expect((await call('POST', '/api/carts')).status).toBe(201);
    expect((await call('DELETE', '/api/carts')).status).toBe(405);
    expect((await call('POST', '/api/nothing', 'sam')).status).toBe(404);
    const found = await records(5);
    await bff.close();
    expect(await written()).toHaveLength(5);
    const answers = found.filter(({ event }) => event === 'answered');
    expect(answers.map(({ status, error }) => [status, error])).toEqual([
      [409, undefined],
      [201, undefined],
      [405, 'method-not-allowed'],
    ]);
  });

  it('has the calls of controllers too', async () => {
    expect((await call('DELETE', '/bff/sessions/h-1', 'sam')).status).toBe(200);
    expect((await call('DELETE', '/bff/sessions/h-1', 'mallory')).status).toBe(403);
    const found = await records(3);
    expect(found.map(({ event, route, status }) => [event, route, status])).toEqual([
      ['asked', '/bff/sessions/:handle', undefined],
      ['answered', '/bff/sessions/:handle', 200],
      ['answered', '/bff/sessions/:handle', 403],
    ]);
    expect(found[0]!['parameters']).toEqual({ handle: 'h-1' });
  });

  it('has the sessions that no call has ended, for as long as the BFF runs', async () => {
    const ending = { principal: 'https://id.test sam', handle: 'h-1', successor: 'h-2' };
    channel('portico.auth.session-ended').publish(ending);
    const found = await records(1);
    expect(found).toMatchObject([{ event: 'session-ended', ...ending }]);
    await bff.close();
    expect(channel('portico.auth.session-ended').hasSubscribers).toBe(false);
  });

  it('has a call whose client went away, but none that waited behind it on its connection and was never begun', async () => {
    const request = (name: string) =>
      `POST /api/slow HTTP/1.1\r\nHost: demo\r\nwho: sam\r\nx-request-id: ${name}\r\nContent-Length: 0\r\n\r\n`;
    await rawRequest(Number(new URL(bff.url).port), request('first') + request('second'), { timeout: 300 });
    expect((await call('POST', '/api/orders/o-1', 'sam')).status).toBe(200);
    const found = await records(4);
    expect(found.map(({ event, requestId, status, error }) => [event, requestId, status, error])).toEqual([
      ['asked', 'first', undefined, undefined],
      ['answered', 'first', 499, 'client-aborted'],
      ['asked', expect.any(String), undefined, undefined],
      ['answered', expect.any(String), 200, undefined],
    ]);
  });

  it('refuses unsafe calls before they reach anything while it cannot be written, serves the others, and recovers', async () => {
    await rename(folder, `${folder}-away`);
    for (let round = 0; round < 2; round++) {
      const refused = await call('POST', '/api/orders/o-1', 'sam');
      expect(refused.status).toBe(503);
      expect(refused.json()).toMatchObject({ code: 'audit-unavailable' });
      expect(refused.headers['retry-after']).toBe('5');
      expect(refused.text).not.toContain(home);
    }
    expect(upstream.requests).toHaveLength(callsBefore);
    expect((await call('GET', '/api/orders/taken', 'sam')).status).toBe(409);
    await rename(`${folder}-away`, folder);
    expect((await call('POST', '/api/orders/o-1', 'sam')).status).toBe(200);
    const found = await records(4);
    expect(found.map(({ event, status }) => [event, status])).toEqual([
      ['answered', 503],
      ['answered', 503],
      ['asked', undefined],
      ['answered', 200],
    ]);
    expect(await verifyTrail([path])).toMatchObject({ problems: [], notes: [] });
  });

  it('does not start a second time with the same file', async () => {
    const second: unknown = await start(DoorModule, AuditTrailModule.forRoot({ name: 'x' }), routing()).catch(
      (error) => error,
    );
    expect(ConfigError.problemsOf(second)).toEqual([expect.stringContaining('another process writes to it')]);
    expect((await call('POST', '/api/orders/o-1', 'sam')).status).toBe(200);
  });

  it('goes on in the same chain after a rotation and a restart', async () => {
    await call('POST', '/api/carts');
    await records(2);
    await rename(path, `${path}.1`);
    await call('POST', '/api/carts');
    await records(2);
    await bff.close();
    bff = await start(DoorModule, AuditTrailModule.forRoot({ name: 'test-bff' }), routing());
    await call('POST', '/api/carts');
    await records(4);
    expect(await verifyTrail([`${path}.1`, path])).toMatchObject({ records: 6, problems: [], notes: [] });
  });

  it('starts with the module behind the guard that knows who calls, and not before it', async () => {
    path = join(folder, 'other.jsonl');
    const wrong = start(AuditTrailModule.forRoot({ name: 'test-bff' }), DoorModule, routing());
    await expect(wrong).rejects.toThrow('AuditTrailModule must be imported after AuthModule');
  });

  it('starts with a file that can be written, and not with another', async () => {
    await writeFile(join(home, 'passwd'), 'root:x:0:0\n');
    path = join(home, 'passwd');
    const wrong: unknown = await start(DoorModule, AuditTrailModule.forRoot({ name: 'x' }), routing()).catch(
      (error) => error,
    );
    expect(ConfigError.problemsOf(wrong)).toEqual([
      expect.stringMatching(/^AUDIT_TRAIL: .*passwd cannot be written: /),
    ]);
  });
});

it('a BFF without AUDIT_TRAIL serves unsafe calls', async () => {
  const upstream = await startFakeUpstream({ '/carts': reply({ status: 201 }) });
  const module = moduleOf(DoorModule, AuditTrailModule.forRoot({ name: 'test-bff' }), routing());
  const environment = { SHOP_URL: upstream.url, LOG_LEVEL: 'silent', AUDIT_TRAIL: undefined };
  const bff = await startBff(() => createBff({ name: 'test-bff', port: 0, module }), environment);
  expect((await httpRequest(`${bff.url}/api/carts`, { method: 'POST' })).status).toBe(201);
  await bff.close();
  await upstream.close();
});
