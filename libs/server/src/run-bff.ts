import { ConfigError } from '@portico/core';
import { type BffOptions, type RunningBff, StartError } from './bff-options.ts';
import { createBff, type StartedBff } from './create-bff.ts';
import { writeLastWords } from './outlet.ts';

/** `EX_CONFIG` of sysexits.h: starting again will not help. */
const EXIT_CONFIG = 78;

/**
 * Starts a BFF and answers for the whole process: settings that do not fit end it with 78 and all of them listed, a port
 * that is taken with 1 and one sentence; SIGTERM and SIGINT drain it and end it with 0, a second signal at once; an
 * error nobody caught is logged and ends it with 1.
 */
export async function runBff(options: BffOptions): Promise<RunningBff> {
  try {
    const bff = await createBff(options);
    dieOfUncaught(bff);
    stopOnSignal(bff);
    return bff;
  } catch (error) {
    return exitWith(error, options.name);
  }
}

function exitWith(error: unknown, name: string): never {
  if (error instanceof ConfigError) {
    const problems = error.problems.map((problem) => `  - ${problem}\n`).join('');
    writeLastWords(`${name} cannot start, its configuration is not valid:\n${problems}`);
    process.exit(EXIT_CONFIG);
  }
  const told = error instanceof StartError ? error.message : `${name} cannot start: ${describe(error)}`;
  writeLastWords(`${told}\n`);
  process.exit(1);
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function dieOfUncaught({ processLog }: StartedBff): void {
  const die = (error: unknown): never => {
    processLog.log.fatal({ err: error }, 'an error that nobody caught ends the process');
    processLog.flush();
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

function stopOnSignal({ close, processLog }: StartedBff): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    processLog.log.info(`${signal}: finishing the requests in flight`);
    processLog.flush();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        processLog.log.fatal({ err: error }, 'stopping failed');
        processLog.flush();
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
