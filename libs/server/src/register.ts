import { ConfigError } from '@portico/core';
import { openRegistration, type Registration } from '@portico/discovery';
import type { ServerConfig } from './server-config.ts';

/** What is wrong with the settings of `REGISTER`, found before anything listens. */
export function registrationProblems(name: string, config: ServerConfig): readonly string[] {
  try {
    openRegistration({ name, host: config.HOST, port: config.PORT });
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

/**
 * Makes a BFF that listens known to the registry that `REGISTER` names, and waits for nothing: it serves without one too.
 *
 * @param port that it listens on
 */
export function register(name: string, config: ServerConfig, port: number): Registration | undefined {
  const registration = openRegistration({ name, host: config.HOST, port });
  void registration?.start();
  return registration;
}
