import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { ServerConfig } from './server-config.ts';

const SECRETS = ['authorization', 'cookie', 'set-cookie', 'password', 'token'];
const PATHS = SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** A line for a person: time, level when it matters, then the request or the message. */
export function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(line.time)).toTimeString().slice(0, 8);
  const level = Number(line.level) >= 40 ? `${String(pino.levels.labels[Number(line.level)])} ` : '';
  if (line.method !== undefined && line.status !== undefined) {
    const why = line.failure === undefined ? '' : ` ${String(line.failure)}`;
    return `${time} ${level}${String(line.method)} ${String(line.path)} ${String(line.status)} ${String(line.duration)} ms${why}\n`;
  }
  const error = (line.err as { stack?: string } | undefined)?.stack;
  return `${time} ${level}${String(line.msg ?? '')}${error ? `\n${error}` : ''}\n`;
}

type LogStream = DestinationStream & { flushSync?: () => void };

let standardOutput: LogStream | undefined;

/** Synchronous writes of 8 KB cost less than asynchronous ones, which borrow a thread on the same core. */
function bufferedOutput(): LogStream {
  const stream = pino.destination({ dest: 1, sync: true, minLength: 8_192, periodicFlush: 1_000 });
  process.once('exit', () => stream.flushSync());
  return stream;
}

function destination(format: ServerConfig['LOG_FORMAT']): LogStream {
  const text = format === 'text' || (format === 'auto' && process.stdout.isTTY === true);
  if (text) return { write: (line: string) => void process.stdout.write(readableLine(line)) };
  return (standardOutput ??= bufferedOutput());
}

/** The loggers of a process: one for whatever a developer logs, one for the request lines. */
export interface Loggers {
  /** Hides the values of `authorization`, `cookie`, `set-cookie`, `password` and `token`, up to two levels deep. */
  readonly log: Logger;
  /** Without redaction: only `RequestLog` writes to it, and nothing secret. */
  readonly requests: Logger;
  /** Writes out what is buffered. */
  flush(): void;
}

/** Opens the log of a process on its standard output: JSON lines, or readable ones in a terminal. */
export function openLog(
  name: string,
  config: Pick<ServerConfig, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  stream: LogStream = destination(config.LOG_FORMAT),
): Loggers {
  const options = { level: config.LOG_LEVEL, base: { service: name } };
  return {
    log: pino({ ...options, redact: { paths: PATHS, censor: '[redacted]' } }, stream),
    requests: pino(options, stream),
    flush: () => stream.flushSync?.(),
  };
}

/** What Nest says of its own start is for debugging; its report of a failed start is left to `runBff`. */
const NEST = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Lets Nest's `Logger`, with which services log, write to ours. */
export function nestLogger(log: Logger): LoggerService {
  const write = (level: 'debug' | 'info' | 'warn' | 'error', message: unknown, rest: unknown[]): void => {
    const context = rest.at(-1);
    if (context === 'ExceptionHandler') return;
    const quiet = typeof context === 'string' && NEST.has(context);
    const detail = message instanceof Error ? { err: message, context } : { context };
    const text = typeof message === 'string' ? message : message instanceof Error ? message.message : undefined;
    log[quiet && level === 'info' ? 'debug' : level](
      text === undefined ? { ...detail, data: message } : detail,
      text ?? 'data',
    );
  };
  return {
    log: (message: unknown, ...rest: unknown[]) => write('info', message, rest),
    warn: (message: unknown, ...rest: unknown[]) => write('warn', message, rest),
    error: (message: unknown, ...rest: unknown[]) => write('error', message, rest),
    debug: (message: unknown, ...rest: unknown[]) => write('debug', message, rest),
    fatal: (message: unknown, ...rest: unknown[]) => write('error', message, rest),
    verbose: (message: unknown, ...rest: unknown[]) => write('debug', message, rest),
  };
}
