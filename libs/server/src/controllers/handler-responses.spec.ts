import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  Post,
  Redirect,
  Res,
  Sse,
  StreamableFile,
  type CanActivate,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Allow } from '@portico/core';
import { httpRequest } from '@portico/testing';
import type { FastifyReply } from 'fastify';
import { of, type Observable } from 'rxjs';
import { type Demo, startDemo } from '../../test/demo.ts';

const LARGE = Buffer.alloc(3 * 1024 * 1024, 'portico');

/** Lets everybody in, and says of nobody who it is. */
class OwnDoor implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Controller('says')
class SayingController {
  @Get('nothing')
  @Allow('public')
  nothing(): object {
    return { a: 1 };
  }

  @Get('public')
  @Allow('public')
  @Header('cache-control', 'public, max-age=60')
  @Header('cdn-cache-control', 'max-age=600')
  everybody(): string {
    return 'a';
  }

  @Get('users')
  @Allow('user')
  @Header('cache-control', 'public, max-age=60')
  @Header('cdn-cache-control', 'max-age=600')
  users(): string {
    return 'a';
  }

  @Get('unstated')
  @Header('cache-control', 'public, max-age=60')
  unstated(): string {
    return 'a';
  }

  @Get('user-file')
  @Allow('user')
  @Header('cache-control', 'max-age=60')
  file(): StreamableFile {
    return new StreamableFile(Readable.from([LARGE]), {
      type: 'image/png',
      disposition: 'attachment',
      length: LARGE.length,
    });
  }

  @Get('passthrough')
  @Allow('public')
  passthrough(@Res({ passthrough: true }) reply: FastifyReply): object {
    reply.status(202).header('x-own', 'a').header('cache-control', 'max-age=1');
    return { a: 1 };
  }

  @Get('sent')
  @Allow('user')
  sent(@Res() reply: FastifyReply): void {
    void reply.status(203).header('cache-control', 'public').send('sent');
  }

  @Post('code')
  @Allow('public')
  @HttpCode(204)
  code(): void {}

  @Get('redirect')
  @Allow('public')
  @Redirect('/elsewhere', 307)
  redirect(): void {}

  @Get('redirect-by-value')
  @Allow('public')
  @Redirect('/elsewhere')
  redirectByValue(): object {
    return { url: '/there', statusCode: 303 };
  }

  @Get('pieces')
  @Allow('public')
  async *pieces(): AsyncGenerator<string> {
    yield await Promise.resolve('a');
    yield 'b';
  }

  @Sse('events')
  @Allow('user')
  @Header('cdn-cache-control', 'max-age=600')
  @Header('vary', 'Accept')
  events(): Observable<object> {
    return of({ data: { count: 1 } }, { data: 'two', type: 'other' });
  }

  @Sse('public-events')
  @Allow('public')
  publicEvents(): Observable<object> {
    return of({ data: 'one' });
  }
}

@Module({ controllers: [SayingController], providers: [{ provide: APP_GUARD, useClass: OwnDoor }] })
class SayingModule {}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ CORS_ORIGINS: 'https://shop.example' }, { module: SayingModule });
});
afterAll(() => demo.close());

const get = (path: string, method = 'GET') =>
  httpRequest(`${demo.url}/says/${path}`, {
    method,
    headers: { 'x-request-id': 'r-1', origin: 'https://shop.example' },
  });

describe('what a handler says to caches', () => {
  it.each([
    ['nothing', 'no-store'],
    ['public', 'public, max-age=60'],
    // Although the guard that let the caller in has not said who it is.
    ['users', 'private, max-age=60'],
    ['unstated', 'private, max-age=60'],
    ['user-file', 'private, max-age=60'],
    ['sent', 'private'],
    ['passthrough', 'max-age=1'],
    ['redirect', 'no-store'],
    ['pieces', 'no-store'],
  ])('leaves as it is, or private: %s', async (path, leaves) => {
    const { headers } = await get(path);
    expect(headers['cache-control']).toBe(leaves);
    expect('cdn-cache-control' in headers).toBe(path === 'public');
  });

  it('is the same for HEAD', async () => {
    expect((await get('users', 'HEAD')).headers['cache-control']).toBe('private, max-age=60');
    expect((await get('nothing', 'HEAD')).headers['cache-control']).toBe('no-store');
  });
});

describe("Nest's ways to answer", () => {
  it.each([
    ['nothing', 'GET', 200, '{"a":1}', {}],
    ['passthrough', 'GET', 202, '{"a":1}', { 'x-own': 'a' }],
    ['sent', 'GET', 203, 'sent', {}],
    ['code', 'POST', 204, '', {}],
    ['redirect', 'GET', 307, '', { location: '/elsewhere' }],
    ['redirect-by-value', 'GET', 303, '', { location: '/there' }],
    ['pieces', 'GET', 200, 'ab', {}],
  ])('work: %s', async (path, method, status, text, fields) => {
    const answer = await get(path, method);
    expect(answer).toMatchObject({
      status,
      text,
      headers: { ...fields, 'x-request-id': 'r-1', 'x-content-type-options': 'nosniff' },
    });
  });

  it('work: a file is streamed', async () => {
    const { status, headers, body, complete } = await get('user-file');
    expect({ status, complete }).toEqual({ status: 200, complete: true });
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(LARGE.length),
      'x-request-id': 'r-1',
    });
    expect(createHash('sha1').update(body).digest('hex')).toBe(createHash('sha1').update(LARGE).digest('hex'));
  });

  it('work: events, with the fields of every response, and for no shared cache', async () => {
    const { status, headers, rawHeaders, text } = await get('events');
    expect(status).toBe(200);
    expect(text).toBe('\nid: 1\ndata: {"count":1}\n\nevent: other\nid: 2\ndata: two\n\n');
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-request-id': 'r-1',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': 'https://shop.example',
      vary: 'Accept, Origin',
    });
    expect(headers['cache-control']).toMatch(/^private, .*no-store/);
    expect(headers).not.toHaveProperty('cdn-cache-control');
    const names = rawHeaders.filter((_value, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.length).toBe(new Set(names).size);
    expect((await get('public-events')).headers['cache-control']).toMatch(/no-store/);
  });
});
