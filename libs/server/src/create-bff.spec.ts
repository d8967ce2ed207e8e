import { type CanActivate, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { ConfigError } from '@portico/core';
import { httpRequest, startBff } from '@portico/testing';
import type { FastifyInstance } from 'fastify';
import { BrokenModule, DemoModule } from '../test/demo.module.ts';
import { type BffOptions, createBff, StartError } from './index.ts';

const start = (environment: Record<string, string>, options: Partial<BffOptions> = {}) =>
  startBff(() => createBff({ name: 'admin-bff', port: 0, module: DemoModule, ...options }), {
    LOG_LEVEL: 'silent',
    ...environment,
  });

async function problemsOf(started: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await started.catch((thrown: unknown) => thrown);
  return ConfigError.problemsOf(error);
}

it('rejects with the problems of the settings and of the module together', async () => {
  const problems = await problemsOf(start({ PORT: 'x' }, { module: BrokenModule }));
  expect(problems).toEqual([
    'PORT: must be a whole number from 0 to 65535',
    'routes: /a appears twice',
    'CATALOG_URL: must be a URL',
  ]);
  expect(await problemsOf(start({}, { module: BrokenModule }))).toHaveLength(2);
});

it('rejects with a sentence when the port is taken, and can be closed twice', async () => {
  const bff = await start({});
  const { port } = new URL(bff.url);
  await expect(start({ PORT: port })).rejects.toThrow(StartError);
  await expect(start({ PORT: port })).rejects.toThrow(`127.0.0.1:${port}: the port is taken`);
  await Promise.all([bff.close(), bff.close()]);
});

it('ends its management listener also when the application cannot be stopped', async () => {
  @Module({ imports: [DemoModule] })
  class StuckModule {
    constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost) {
      const instance = httpAdapter.getInstance<FastifyInstance>();
      instance.addHook('onClose', () => Promise.reject(new Error('stuck')));
    }
  }
  const bff = await start({ MANAGEMENT_PORT: '0', DRAIN_TIMEOUT: '100' }, { module: StuckModule });
  await expect(bff.close()).rejects.toThrow('stuck');
  await expect(httpRequest(`${bff.managementUrl}/health/live`)).rejects.toThrow();
});

it('names guards of the application that are request-scoped, which rows could not run', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class ScopedGuard implements CanActivate {
    canActivate(): boolean {
      return true;
    }
  }
  @Module({ imports: [DemoModule], providers: [{ provide: APP_GUARD, useClass: ScopedGuard }] })
  class ScopedModule {}
  expect(await problemsOf(start({}, { module: ScopedModule }))).toEqual([
    'ScopedGuard: guards of the application cannot be request-scoped: rows run them too',
  ]);
});
