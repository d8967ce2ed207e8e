import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CanActivate,
  Catch,
  type ExceptionFilter,
  UseFilters,
  Controller,
  Get,
  Module,
  Param,
  Post,
  Body,
  Req,
  Res,
  StreamableFile,
  Sse,
  type ExecutionContext,
  HttpException,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Allow, type BffError, contextOf, MaxBody, type RequestContext, Timeout } from '@portico/core';
import { eventually, httpRequest } from '@portico/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PassThrough } from 'node:stream';
import { interval, map, type Observable } from 'rxjs';
import { type Demo, request, send, startDemo } from '../../test/demo.ts';
import { Context, Signal } from './context.decorator.ts';

/** The contexts that handlers saw, by path. */
const seen: Record<string, unknown[]> = {};

function note(name: string, value: unknown): void {
  (seen[name] ??= []).push(value);
}

/** Until the signal aborts, and a while more. */
async function untilAborted(signal: AbortSignal): Promise<BffError> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return signal.reason as BffError;
}

/** Takes longer than the handlers behind it may, for one of them. */
class SlowDoor implements CanActivate {
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getHandler().name !== 'guarded') return true;
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    if (raw.url?.startsWith('/overridden')) return true;
    return new Promise((resolve) => contextOf(raw).onAbort(() => setImmediate(resolve, true)));
  }
}

/** Takes errors, and does not answer. */
@Catch()
class DeafFilter implements ExceptionFilter {
  catch(): void {}
}

@Controller('limits')
@Timeout(100)
@MaxBody(64)
class LimitsController {
  @Get('signal')
  @Allow('public')
  async signal(@Signal() signal: AbortSignal): Promise<string> {
    note('signal', (await untilAborted(signal)).code);
    return 'too late';
  }

  @Get('throws-late')
  @Allow('public')
  async throwsLate(@Signal() signal: AbortSignal): Promise<never> {
    await untilAborted(signal);
    await pause(1);
    note('throws-late', true);
    throw new HttpException('too late', 418);
  }

  @Get('deaf')
  @Allow('public')
  async deaf(@Signal() signal: AbortSignal, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    reply.header('x-early', '1');
    await untilAborted(signal);
    const file = new PassThrough();
    file.on('close', () => note('deaf', 'destroyed'));
    return new StreamableFile(file);
  }

  @Get('deaf-plain')
  @Allow('public')
  async deafPlain(@Signal() signal: AbortSignal): Promise<PassThrough> {
    await untilAborted(signal);
    return new PassThrough().on('close', () => note('deaf-plain', 'destroyed'));
  }

  @Get('deaf-web')
  @Allow('public')
  async deafWeb(@Signal() signal: AbortSignal): Promise<ReadableStream> {
    await untilAborted(signal);
    return new ReadableStream({ cancel: () => note('deaf-web', 'destroyed') });
  }

  @Get('never')
  @Allow('public')
  never(): Promise<never> {
    return new Promise(() => undefined);
  }

  @Get('stalls')
  @Allow('public')
  stalls(): StreamableFile {
    const file = new PassThrough();
    file.write('a');
    file.on('close', () => note('stalls', 'destroyed'));
    return new StreamableFile(file);
  }

  @Get('silent')
  @Allow('public')
  silent(@Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    reply.headers({ 'x-early': '1', etag: '"1"', 'content-encoding': 'gzip' });
    const file = new PassThrough();
    file.on('close', () => note('silent', 'destroyed'));
    return new StreamableFile(file, { length: 3 });
  }

  @Get('unread')
  @Allow('public')
  unread(@Res({ passthrough: true }) reply: FastifyReply, @Context() context: RequestContext): string {
    reply.raw.on('close', () => note('unread', context.failure?.code));
    return 'a'.repeat(30_000_000);
  }

  @Get('throws-answered')
  @Allow('public')
  throwsAnswered(@Res() reply: FastifyReply, @Context() context: RequestContext): never {
    reply.raw.on('close', () => note('throws-answered', [reply.raw.writableFinished, context.failure?.code]));
    reply.raw.end('a');
    throw new HttpException('too late', 418);
  }

  @Get('hijacked')
  @Allow('public')
  hijacked(@Res() reply: FastifyReply): void {
    reply.hijack();
  }

  @Get('guarded')
  @Allow('public')
  guarded(): string {
    note('guarded', 'called');
    return 'a';
  }

  @Get('patient')
  @Allow('public')
  @Timeout(5_000)
  async patient(@Context() context: RequestContext): Promise<object> {
    const left = context.deadline - context.clock.now();
    await pause(150);
    return { left, route: context.route, parameters: context.parameters, id: context.requestId };
  }

  @Post('small')
  @Allow('public')
  small(@Body() body: unknown): object {
    return { body };
  }

  @Post('unheard')
  @Allow('public')
  @UseFilters(DeafFilter)
  unheard(@Body() body: unknown): object {
    return { body };
  }

  @Post('larger/:id')
  @Allow('public')
  @MaxBody(128)
  larger(@Body() body: unknown, @Context() { parameters }: RequestContext): object {
    return { body, parameters };
  }

  @Post('none')
  @Allow('public')
  @MaxBody(0)
  none(@Body() body: unknown): object {
    return { body: body ?? 'nothing' };
  }

  @Sse('events')
  @Allow('public')
  events(): Observable<object> {
    return interval(60).pipe(map((count) => ({ data: { count } })));
  }

  @Sse('bare/:form')
  @Allow('public')
  bare(@Param('form') form: string, @Res() reply: FastifyReply): Promise<Observable<object>> {
    const { raw } = reply.hijack();
    raw.setHeader('x-own', '1').setHeader('cdn-cache-control', 'max-age=60');
    if (form === 'status') raw.writeHead(200);
    if (form === 'reason') raw.writeHead(200, 'Fine', { 'x-given': '1' });
    raw.end('data: 1\n\n');
    return new Promise(() => undefined);
  }

  @Sse('no-events')
  @Allow('public')
  noEvents(): Promise<Observable<object>> {
    return new Promise(() => undefined);
  }
}

/** A class passes its limits on to those that extend it, unless they state their own. */
@Controller('inherited')
class InheritingController extends LimitsController {}

@Controller('overridden')
@Timeout(3_000)
class OverridingController extends LimitsController {}

@Controller('defaults')
class DefaultsController {
  @Get('never')
  @Allow('public')
  never(): Promise<never> {
    return new Promise(() => undefined);
  }

  @Post('body')
  @Allow('public')
  body(@Body() body: unknown, @Req() { raw }: FastifyRequest): object {
    return { body, url: raw.url };
  }
}

@Module({
  controllers: [LimitsController, InheritingController, OverridingController, DefaultsController],
  providers: [{ provide: APP_GUARD, useClass: SlowDoor }],
})
class LimitsModule {}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({}, { module: LimitsModule, controllers: { timeout: 120, maxBodyBytes: 32 } });
});
afterAll(() => demo.close());

const get = (path: string) => httpRequest(`${demo.url}${path}`);
const post = (path: string, body: string) =>
  httpRequest(`${demo.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const LATE = { code: 'deadline-exceeded', status: 504 };

describe('the time of a handler', () => {
  it.each(['signal', 'throws-late', 'never', 'hijacked', 'deaf', 'silent'])('is over: %s', async (path) => {
    const { status, headers, text } = await get(`/limits/${path}`);
    expect(status).toBe(504);
    expect(JSON.parse(text)).toMatchObject(LATE);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    for (const name of ['x-early', 'etag', 'content-encoding']) expect(headers).not.toHaveProperty(name);
  });

  it('aborts the signal that the handler was given, with the reason', async () => {
    await get('/limits/signal');
    expect(await eventually(() => seen.signal)).toContain('deadline-exceeded');
  });

  it('is answered once, and the connection goes on', async () => {
    const bytes = ['signal', 'throws-late', 'deaf'].map((path) => request(`GET /limits/${path} HTTP/1.1`)).join('');
    const { statuses } = await send(demo.port, bytes + request('GET /limits/patient HTTP/1.1'), { responses: 4 });
    expect(statuses).toEqual([504, 504, 504, 200]);
    expect(await eventually(() => seen['throws-late'])).toContain(true);
  });

  it('leaves no stream open that comes too late', async () => {
    for (const path of ['deaf', 'deaf-plain', 'deaf-web', 'silent']) {
      await get(`/limits/${path}`);
      expect(await eventually(() => seen[path])).toContain('destroyed');
    }
  });

  it('counts for the body of the response too: what is late is cut off', async () => {
    expect(await get('/limits/stalls')).toMatchObject({ status: 200, text: 'a', complete: false });
    expect(await eventually(() => seen.stalls)).toContain('destroyed');
  });

  it('counts for a whole response too that the client does not read', async () => {
    const client = connect(demo.port, '127.0.0.1').pause();
    client.write(request('GET /limits/unread HTTP/1.1'));
    expect(await eventually(() => seen.unread?.[0])).toBe('deadline-exceeded');
    client.destroy();
  });

  it('has nothing to say of what is thrown after the response', async () => {
    expect(await get('/limits/throws-answered')).toMatchObject({ status: 200, text: 'a' });
    expect(await eventually(() => seen['throws-answered']?.[0])).toEqual([true, undefined]);
  });

  it('counts for guards too: the handler is not called for nobody', async () => {
    expect((await get('/limits/guarded')).status).toBe(504);
    await pause(10);
    expect(seen.guarded).toBeUndefined();
  });

  it('counts for a body that does not come: that is late of the client', async () => {
    const head = request('POST /limits/small HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 2']);
    const { bodies } = await send(demo.port, head, { responses: 1 });
    expect(JSON.parse(bodies[0]!)).toMatchObject({ code: 'request-timeout', status: 408 });
  });

  it('is over where too much of a body came and nobody answered', async () => {
    const head = request('POST /limits/unheard HTTP/1.1', [
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]);
    const { bodies } = await send(demo.port, `${head}41\r\n${'1'.repeat(65)}\r\n`, { responses: 1 });
    expect(JSON.parse(bodies[0]!)).toMatchObject(LATE);
  });

  it('ends with the head of an event stream, which lasts', async () => {
    const response = await fetch(`${demo.url}/limits/events`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    // Three events take longer than the handler may.
    while (!text.includes('"count":2')) text += (await reader.read()).value;
    await reader.cancel();
    expect(response.status).toBe(200);
    expect(await get('/limits/no-events')).toMatchObject({ status: 504 });
  });

  it.each(['status', 'reason', 'implicit'])('ends with a head of any form, which is complete: %s', async (form) => {
    const { status, headers, text } = await get(`/limits/bare/${form}`);
    expect([status, text]).toEqual([200, 'data: 1\n\n']);
    expect(headers).toMatchObject({ 'x-own': '1', 'x-request-id': expect.any(String) });
    expect(headers['x-given']).toBe(form === 'reason' ? '1' : undefined);
  });

  it('ends when the client goes, which the signal says', async () => {
    seen.signal = [];
    await httpRequest(`${demo.url}/overridden/signal`, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    expect(await eventually(() => seen.signal?.[0])).toBe('client-aborted');
  });
});

describe('limits', () => {
  it('of a method count, then of its controller, then of the class that it extends, then of the BFF', async () => {
    const answer = await get('/limits/patient');
    expect(answer.status).toBe(200);
    const { left, ...rest } = answer.json<{ left: number }>();
    expect(left).toBeGreaterThan(3_000);
    expect(rest).toEqual({ route: '/limits/patient', parameters: {}, id: expect.any(String) });
    expect((await get('/inherited/never')).status).toBe(504);
    expect((await get('/overridden/guarded')).status).toBe(200);
    expect((await get('/defaults/never')).status).toBe(504);
  });

  it.each([
    ['/limits/small', 64],
    ['/inherited/small', 64],
    ['/limits/larger/7', 128],
    ['/defaults/body', 32],
  ])('of a body: %s takes %i bytes', async (path, most) => {
    const fits = `"${'a'.repeat(most - 2)}"`;
    expect((await post(path, fits)).status).toBe(201);
    expect((await post(path, `${fits} `)).status).toBe(413);
  });

  it('of a body may be none at all', async () => {
    expect((await post('/limits/none', '')).status).toBe(201);
    expect(await post('/limits/none', '1')).toMatchObject({
      status: 413,
      text: expect.stringContaining('takes no request body'),
    });
  });
});
