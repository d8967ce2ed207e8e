import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { redact } from './redact.ts';
import { RequestLog } from './request-log.ts';
import type { ServerConfig } from './server-config.ts';

/** A line for a person: time, level when it matters, then the request or the message. */
export function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(line.time)).toTimeString().slice(0, 8);
  const level = Number(line.level) >= 40 ? `${pino.levels.labels[Number(line.level)]} ` : '';
  const text = line.status === undefined ? message(line) : requestText(line);
  // What a client sent must not steer the terminal.
  return `${time} ${level}${text.replace(/[^\P{Cc}\n\t]/gu, '?')}\n`;
}

function requestText({ method, path, status, duration, failure }: Record<string, unknown>): string {
  return [method, path, status, duration, 'ms', failure].filter((word) => word !== undefined).join(' ');
}

function message({ msg, data, err }: Record<string, unknown>): string {
  const stack = (err as { stack?: string } | undefined)?.stack;
  return [msg, data && JSON.stringify(data), stack && `\n${stack}`].filter(Boolean).join(' ');
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

/** The log of a process. */
export interface ProcessLog {
  /** For whatever a developer logs; it goes through `redact`. */
  readonly log: Logger;
  /** For the request lines. */
  readonly requests: RequestLog;
  /** Writes out what is buffered. */
  flush(): void;
}

/** Opens the log of a process on its standard output: JSON lines, or readable ones in a terminal. */
export function openLog(
  name: string,
  config: Pick<ServerConfig, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  stream: LogStream = destination(config.LOG_FORMAT),
): ProcessLog {
  const formatters = { log: (fields: object) => redact(fields) as Record<string, unknown> };
  const log = pino({ level: config.LOG_LEVEL, base: { service: name }, formatters }, stream);
  return { log, requests: new RequestLog(name, log, stream), flush: () => stream.flushSync?.() };
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
