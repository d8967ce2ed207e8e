import { ConfigError } from '@portico/core';
import { openRegistration, type Registration } from '@portico/discovery';
import type { ServerConfig } from './server-config.ts';

/** Milliseconds between two looks whether this process is ready. */
const LOOK_INTERVAL = 1_000;

/** What is wrong with the settings of `REGISTER`, found before anything listens. */
export function registrationProblems(name: string, config: ServerConfig): readonly string[] {
  try {
    openRegistration({ name, host: config.HOST, port: config.PORT });
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

/** Who is made known, where it listens, and whether requests are welcome there. */
export interface Registered {
  readonly name: string;
  readonly config: ServerConfig;
  /** That it listens on. */
  readonly port: number;
  readonly isReady: () => boolean;
}

/**
 * Makes a BFF that listens known to the registry that `REGISTER` names, and waits for nothing: it serves without one too. The entry
 * follows the readiness of the process within a second, or as soon as the registry asks for it.
 */
export function register({ name, config, port, isReady }: Registered): Pick<Registration, 'close'> | undefined {
  const registration = openRegistration({ name, host: config.HOST, port });
  if (registration === undefined) return undefined;
  registration.announce(isReady());
  void registration.start();
  const look = setInterval(() => registration.announce(isReady()), LOOK_INTERVAL).unref();
  return {
    close: () => {
      clearInterval(look);
      return registration.close();
    },
  };
}
