import 'reflect-metadata';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Clock, systemClock } from '@portico/core';
import { z } from 'zod';
import { HealthController } from './health.controller.ts';
import { ProblemFilter } from './problem-filter.ts';
import { ServiceSettings } from './settings.ts';

/** What makes a service. */
export interface ServiceOptions {
  /** Such as `catalog`. */
  name: string;
  /** Port when `PORT` is not set; 0 takes a free one. */
  port: number;
  /** Its root module. */
  module: Type | DynamicModule;
  /** Time for the service; default the machine's. */
  clock?: Clock;
  /** Settings instead of the environment of the process, such as `{ PORT: '0', DATA_DIR: ':memory:' }` in a test. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** A service that listens. */
export interface RunningService {
  /** Such as `http://127.0.0.1:4001`. */
  url: string;
  /** Ends what is under way, then closes the port and the database. */
  close(): Promise<void>;
}

/** Longest time in milliseconds that requests under way may take once the process is told to end. */
const DRAIN = 5000;

@Module({})
class ServiceModule {}

/**
 * Starts a service; `HOST` (default 127.0.0.1) and `PORT` say where it listens.
 *
 * @throws ConfigError for settings that do not fit, Error with a clear sentence for a port that is taken
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const settings = new ServiceSettings(options.name, options.clock ?? systemClock, options.environment);
  const { HOST: host, PORT: port } = settings.read({
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65535).default(options.port),
  });
  const application = await NestFactory.create<NestFastifyApplication>(
    rootModule(options.module, settings),
    new FastifyAdapter({ bodyLimit: 65536 }),
    { logger: ['error', 'warn'], abortOnError: false },
  );
  application.useGlobalFilters(new ProblemFilter());
  try {
    await application.init();
    const url = await application.getHttpAdapter().getInstance().listen({ port, host });
    return { url, close: () => application.close() };
  } catch (error) {
    await application.close();
    throw isTaken(error) ? new Error(takenSentence(options.name, `${host}:${port}`)) : error;
  }
}

/** Starts a service as a process of its own: says where it listens, ends with 1 when it cannot, drains on SIGTERM and SIGINT. */
export async function runService(options: ServiceOptions): Promise<RunningService> {
  try {
    const service = await startService(options);
    process.stdout.write(`${options.name} is listening on ${service.url}\n`);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(service));
    return service;
  } catch (error) {
    process.stderr.write(`${options.name} cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function drain(service: RunningService): Promise<void> {
  setTimeout(() => process.exit(1), DRAIN).unref();
  await service.close();
  process.exit(0);
}

function rootModule(module: Type | DynamicModule, settings: ServiceSettings): DynamicModule {
  return {
    module: ServiceModule,
    global: true,
    imports: [module],
    controllers: [HealthController],
    providers: [{ provide: ServiceSettings, useValue: settings }],
    exports: [ServiceSettings],
  };
}

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';

const takenSentence = (name: string, address: string): string =>
  `${address} is taken by another process; stop it, or give ${name} another port with PORT=...`;
