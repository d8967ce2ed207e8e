import { type CanActivate, Controller, type ExecutionContext, Get, Header, Module, Res } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Allow, contextOf } from '@portico/core';
import { httpRequest } from '@portico/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Demo, startDemo } from '../test/demo.ts';

@Controller()
class AccountController {
  @Get('silent')
  @Allow('public')
  silent(): string {
    return 'a';
  }

  @Get('shared')
  @Allow('public')
  @Header('cache-control', 'public, max-age=60, s-maxage=600')
  @Header('surrogate-control', 'max-age=600')
  @Header('vary', 'Accept')
  shared(): string {
    return 'b';
  }

  @Get('raw')
  @Allow('public')
  raw(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.raw.setHeader('cache-control', 'public');
    reply.raw.setHeader('vary', 'Accept');
    reply.raw.setHeader('CDN-Cache-Control', 'max-age=600');
    return 'c';
  }

  @Get('unstored')
  @Allow('public')
  @Header('cache-control', 'no-store')
  unstored(): string {
    return 'd';
  }
}

/** Knows everybody who says a name. */
class Door implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    const id = raw.headers['x-test-user'] as string | undefined;
    if (id !== undefined) contextOf(raw).principal = { id } as never;
    return true;
  }
}

@Module({ controllers: [AccountController], providers: [{ provide: APP_GUARD, useClass: Door }] })
class AccountModule {}

describe('what a controller answers', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo({ CORS_ORIGINS: 'https://shop.example' }, { module: AccountModule });
  });
  afterAll(() => demo.close());

  const get = async (path: string, headers: Record<string, string>) =>
    (await httpRequest(`${demo.url}${path}`, { headers })).headers;

  it.each([
    ['/silent', 'no-store'],
    ['/shared', 'private, max-age=60'],
    ['/raw', 'private'],
    ['/unstored', 'no-store'],
  ])('is private where the caller is known: %s', async (path, leaves) => {
    const headers = await get(path, { 'x-test-user': 'alice' });
    expect(headers['cache-control']).toBe(leaves);
    expect(Object.keys(headers).filter((name) => /control$/.test(name))).toEqual(['cache-control']);
  });

  it('says to caches what the controller says where the caller is not', async () => {
    expect((await get('/silent', {}))['cache-control']).toBe('no-store');
    expect((await get('/shared', {}))['cache-control']).toBe('public, max-age=60, s-maxage=600');
  });

  it('varies by its origin too, whatever else the controller says', async () => {
    expect((await get('/shared', { origin: 'https://shop.example' })).vary).toBe('Accept, Origin');
    expect((await get('/raw', {})).vary).toBe('Accept, Origin');
    expect((await get('/silent', {})).vary).toBe('Origin');
  });
});
