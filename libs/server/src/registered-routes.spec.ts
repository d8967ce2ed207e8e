import { Controller, type DynamicModule, Get, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Allow, ConfigError } from '@portico/core';
import { httpRequest } from '@portico/testing';
import type { FastifyInstance } from 'fastify';
import type { UnguardedRoute } from './bff-options.ts';
import { type Demo, startDemo } from '../test/demo.ts';

type Adapter = HttpAdapterHost['httpAdapter'];
type Register = (fastify: FastifyInstance, adapter: Adapter) => void;

@Controller('things')
class ThingsController {
  @Get(':id')
  @Allow('public')
  find(): { found: true } {
    return { found: true };
  }

  /** A controller of a BFF without doors may say nothing. */
  @Get()
  list(): { list: true } {
    return { list: true };
  }
}

/** A module that does with Fastify what a developer may think of. */
function moduleWith(register: Register): DynamicModule {
  @Injectable()
  class Registrar implements OnModuleInit {
    constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

    onModuleInit(): void {
      const { httpAdapter } = this.host;
      register(httpAdapter.getInstance<FastifyInstance>(), httpAdapter);
    }
  }
  @Module({ providers: [Registrar], controllers: [ThingsController] })
  class DeveloperModule {}
  return { module: DeveloperModule };
}

const answer = () => ({ open: true });

async function problemsOf(
  register: Register,
  unguardedRoutes: readonly UnguardedRoute[] = [],
): Promise<readonly string[]> {
  let demo: Demo;
  try {
    demo = await startDemo({}, { module: moduleWith(register), unguardedRoutes });
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  await demo.close();
  return [];
}

describe('a route that no guard sees', () => {
  it.each<[string, Register]>([
    ['GET', (fastify) => fastify.get('/open', answer)],
    ['POST', (fastify) => fastify.post('/open', answer)],
    ['GET,POST', (fastify) => fastify.route({ method: ['GET', 'POST'], url: '/open', handler: answer })],
    ['GET', (_fastify, adapter) => adapter.get('/open', answer)],
    ['GET', (fastify) => fastify.get('/open', Reflect.get(ThingsController.prototype, 'find'))],
    ['GET', (_fastify, adapter) => adapter.get('/open', Reflect.get(ThingsController.prototype, 'find'))],
    ['HEAD', (fastify) => fastify.head('/open', answer)],
    ['GET', (fastify) => void fastify.register((child) => Promise.resolve(void child.get('/open', answer)))],
    [
      'GET',
      (fastify) => void fastify.register((child) => Promise.resolve(void child.get('/', answer)), { prefix: '/open' }),
    ],
    [
      'GET',
      (fastify) =>
        void fastify.register(async (child) => {
          await child.register((inner) => Promise.resolve(void inner.get('/open', answer)));
        }),
    ],
  ])('stops the start, however it is registered: %s %#', async (methods, register) => {
    const problems = await problemsOf(register);
    expect(problems[0]).toMatch(`${methods} /open`);
    expect(problems[0]).toContain('is registered on Fastify itself, where no guard sees it');
  });

  it('stops the start for every method and every wildcard', async () => {
    const problems = await problemsOf((fastify) => {
      fastify.all('/any', answer);
      fastify.get('*', answer);
      fastify.get('/files/*', answer);
      fastify.get('/users/:id(^\\d+$)', answer);
    });
    for (const path of ['/any', '*', '/files/*', '/users/:id(^\\d+$)']) {
      expect(problems.some((problem) => problem.includes(` ${path} is registered`))).toBe(true);
    }
    expect(problems[0]).toMatch(/^(?=.*\bDELETE\b)(?=.*\bOPTIONS\b)/);
  });

  it('stops the start although its module keeps the error to itself', async () => {
    const problems = await problemsOf((fastify) => {
      try {
        fastify.get('/open', answer);
      } catch {
        // As a developer might who wants to go on.
      }
    });
    expect(problems).toHaveLength(2);
  });

  it.each<[string, Register]>([
    ['at the root', (fastify) => fastify.setNotFoundHandler(answer)],
    [
      'under /open',
      (fastify) =>
        void fastify.register((child) => Promise.resolve(void child.setNotFoundHandler(answer)), { prefix: '/open' }),
    ],
    ['at the root', (_fastify, adapter) => adapter.getInstance<FastifyInstance>().setNotFoundHandler(answer)],
  ])('may be a handler of unknown paths, %s', async (_where, register) => {
    expect((await problemsOf(register))[0]).toMatch(/^a handler of unknown paths .* where no guard sees it/);
  });

  it('may be registered while Nest registers one of its own', async () => {
    @Injectable()
    class HookingProvider {
      constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost) {
        const fastify = httpAdapter.getInstance<FastifyInstance>();
        fastify.addHook('onRoute', ({ url, method }) => {
          if (url === '/things' && method === 'GET') fastify.get('/open', answer);
        });
      }
    }
    const module = { ...moduleWith(() => undefined), providers: [HookingProvider] };
    const error: unknown = await startDemo({}, { module }).catch((thrown: unknown) => thrown);
    expect(ConfigError.problemsOf(error)[0]).toMatch(/^GET \/open is registered on Fastify itself/);
  });
});

it('takes no further route once the BFF listens', async () => {
  let fastify: FastifyInstance | undefined;
  const demo = await startDemo({}, { module: moduleWith((instance) => void (fastify = instance)) });
  expect(() => fastify!.get('/open', answer)).toThrow();
  expect((await httpRequest(`${demo.url}/open`)).status).toBe(404);
  await demo.close();
});

describe('a route that the BFF declares as unguarded', () => {
  it('is served', async () => {
    const unguardedRoutes = [
      { methods: ['GET'], path: '/open' },
      { methods: ['POST', 'PUT'], path: '/plugin/open' },
    ];
    const module = moduleWith((fastify) => {
      fastify.get('/open', answer);
      void fastify.register(
        (child) => Promise.resolve(void child.route({ method: ['POST', 'PUT'], url: '/open', handler: answer })),
        { prefix: '/plugin' },
      );
    });
    const demo = await startDemo({}, { module, unguardedRoutes });
    expect((await httpRequest(`${demo.url}/open`)).text).toBe('{"open":true}');
    expect((await httpRequest(`${demo.url}/open`, { method: 'HEAD' })).status).toBe(200);
    expect((await httpRequest(`${demo.url}/plugin/open`, { method: 'PUT' })).status).toBe(200);
    expect((await httpRequest(`${demo.url}/things/1`)).json()).toEqual({ found: true });
    expect((await httpRequest(`${demo.url}/things`)).json()).toEqual({ list: true });
    expect((await httpRequest(`${demo.url}/nothing`)).status).toBe(404);
    await demo.close();
  });

  it('is exactly the one declared: another method or path stops the start', async () => {
    const problems = await problemsOf(
      (fastify) => {
        fastify.route({ method: ['GET', 'DELETE'], url: '/open', handler: answer });
        fastify.get('/open/', answer);
      },
      [{ methods: ['GET'], path: '/open' }],
    );
    expect(problems.map((problem) => problem.split(' is ')[0])).toEqual(
      expect.arrayContaining(['DELETE /open', 'GET /open/']),
    );
    expect(problems.some((problem) => problem.startsWith('GET /open '))).toBe(false);
  });

  it('must be registered', async () => {
    expect(await problemsOf(() => undefined, [{ methods: ['GET', 'POST'], path: '/gone' }])).toEqual([
      'unguardedRoutes: nothing registers GET /gone',
      'unguardedRoutes: nothing registers POST /gone',
    ]);
  });
});
