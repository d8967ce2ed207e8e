import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { ConfigError, misspeltVariables } from '@portico/core';
import type { BffOptions, RunningBff } from './bff-options.ts';
import { type CreateApplication, createApplication, problemsOf } from './create-application.ts';
import { drain } from './drain.ts';
import { createFastify, type Front } from './fastify-front.ts';
import { HealthController } from './health.controller.ts';
import { listenError, urlOf } from './listening.ts';
import { type ProcessLog, openLog } from './logger.ts';
import { openManagement } from './management.ts';
import { openFilesWarning } from './open-files.ts';
import { Readiness } from './readiness.ts';
import { loadServerConfig, type ServerConfig } from './server-config.ts';
import { register, registrationProblems } from './register.ts';

/** A BFF that is put together and, on top of `RunningBff`, lets `runBff` write to its log. */
export interface StartedBff extends RunningBff {
  readonly processLog: ProcessLog;
}

/**
 * Puts a BFF together and listens; `runBff` without its hold on the process, for tests and for programs of their own.
 *
 * @param create makes the application of the BFF's module; tests give one that replaces providers. Default Nest's own
 * @throws ConfigError with the problems of the server's settings and of the BFF's module together
 * @throws StartError when it cannot listen
 */
export async function createBff(options: BffOptions, create?: CreateApplication): Promise<StartedBff> {
  const { config, problems } = readConfig(options);
  const processLog = openLog(options.name, config);
  const readiness = new Readiness();
  const front = createFastify(config, processLog, options.unguardedRoutes);
  const parts = { options, config, front, readiness, log: processLog.log };
  const { app, plans } = await createApplication(parts, create).catch(async (error: unknown) => {
    await front.fastify.close();
    throw problems.length === 0 ? error : new ConfigError([...problems, ...problemsOf(error)]);
  });
  const found = [...problems, ...plans.problems, ...front.routes.problems()];
  if (found.length > 0) {
    await app.close();
    throw new ConfigError(found);
  }
  warnOfMisspeltSettings(processLog);
  const url = await listen(app, front, config, options.name);
  const health = app.get(HealthController);
  const management = await openManagement(options.name, config, health).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  readiness.remove('starting');
  const warning = openFilesWarning(config.MAX_CONNECTIONS, health.upstreams);
  if (warning !== undefined) processLog.log.warn(warning);
  const isReady = (): boolean => health.reasons.length === 0;
  const registration = register({ name: options.name, config, port: portOf(front), isReady });
  processLog.log.info(`${options.name} is listening: open ${url}`);
  if (management) processLog.log.info(`the management listener of ${options.name} is at ${management.url}`);
  processLog.flush();
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    // At once: a registry that hangs must not make this process look ready meanwhile.
    readiness.add('draining');
    const left = Promise.resolve(registration?.close());
    const stopped = left.then(() => stop(app, front, readiness, { config, processLog }));
    await stopped.finally(() => management?.close());
  };
  return { url, managementUrl: management?.url, processLog, close: () => (closing ??= end()) };
}

/** What is misspelt would otherwise be ignored without a word. By now everything has read its settings. */
function warnOfMisspeltSettings({ log }: ProcessLog): void {
  for (const { name, meant } of misspeltVariables()) {
    log.warn(`the environment sets ${name}, which is no setting: is ${meant} meant?`);
  }
}

/** The settings, or the defaults plus what is wrong with the settings, so that the module is checked all the same. */
function readConfig(options: BffOptions): { config: ServerConfig; problems: readonly string[] } {
  try {
    const config = loadServerConfig(options.port);
    return { config, problems: registrationProblems(options.name, config) };
  } catch (error) {
    const config = loadServerConfig(options.port, {});
    return { config, problems: [...ConfigError.problemsOf(error), ...registrationProblems(options.name, config)] };
  }
}

async function listen(
  app: INestApplication,
  { fastify }: Front,
  { HOST, PORT }: ServerConfig,
  name: string,
): Promise<string> {
  try {
    // Not through Nest, which would log the error a second time.
    await fastify.listen({ host: HOST, port: PORT });
  } catch (error) {
    await app.close();
    throw listenError(error as NodeJS.ErrnoException, { name, host: HOST, port: PORT });
  }
  return urlOf(HOST, portOf({ fastify }));
}

function portOf({ fastify }: Pick<Front, 'fastify'>): number {
  return (fastify.server.address() as AddressInfo).port;
}

async function stop(
  app: INestApplication,
  { fastify, entry }: Front,
  readiness: Readiness,
  { config, processLog }: { config: ServerConfig; processLog: ProcessLog },
): Promise<void> {
  const times = { delay: config.DRAIN_DELAY, timeout: config.DRAIN_TIMEOUT };
  const givenUp = await drain({ server: fastify.server, entry, readiness }, times);
  if (givenUp > 0) processLog.log.warn(`${givenUp} requests were given up after DRAIN_TIMEOUT`);
  await app.close();
  processLog.flush();
}
