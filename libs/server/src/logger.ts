import { isatty } from 'node:tty';
import type { LoggerService } from '@nestjs/common';
import { hideSecrets } from '@portico/core';
import pino, { type DestinationStream, type Logger } from 'pino';
import { LogOutput } from './log-output.ts';
import { Outlet } from './outlet.ts';
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

function requestText(line: Record<string, unknown>): string {
  const { method, path, status, duration } = line;
  return [method, path, status, duration, 'ms', failureText(line)].filter((word) => word !== undefined).join(' ');
}

/** `upstream-connect catalog, part stock: connect ECONNREFUSED 127.0.0.1:4001`. */
function failureText({ failure, upstream, part, cause }: Record<string, unknown>): string | undefined {
  if (failure === undefined) return undefined;
  const where = [upstream, part && `part ${part as string}`].filter(Boolean).join(', ');
  return `${failure as string}${where && ` ${where}`}${cause === undefined ? '' : `: ${cause as string}`}`;
}

function message({ msg, data, err }: Record<string, unknown>): string {
  const stack = (err as { stack?: string } | undefined)?.stack;
  return [msg, data && JSON.stringify(data), stack && `\n${stack}`].filter(Boolean).join(' ');
}

/** Where the lines of a log go: those of requests apart, for their number is up to others. */
interface LogStream extends DestinationStream {
  readonly requests?: DestinationStream;
  flush?(): void;
}

const outputs: { text?: LogStream; json?: LogStream } = {};

/** Milliseconds that a line waits for others: a person reads along, a collector does not. */
const DELAY = { text: 10, json: 1_000 } as const;

function standardOutput(name: string, { LOG_FORMAT, LOG_BUFFER_BYTES }: LogConfig): LogStream {
  const isText = LOG_FORMAT === 'text' || (LOG_FORMAT === 'auto' && isatty(1));
  return (outputs[isText ? 'text' : 'json'] ??= openOutput(name, LOG_BUFFER_BYTES, isText));
}

function openOutput(name: string, maxBytes: number, isText: boolean): LogStream {
  const form = isText ? readableLine : (line: string) => line;
  const describeDropped = (count: number, failure: string): string => form(droppedLine(name, count, failure));
  const delay = DELAY[isText ? 'text' : 'json'];
  const output = new LogOutput({ outlet: new Outlet(1), maxBytes, delay, describeDropped });
  process.once('exit', () => output.end());
  if (!isText) return output;
  return {
    write: (line) => output.write(readableLine(line)),
    requests: { write: (line) => output.requests.write(readableLine(line)) },
    flush: () => output.flush(),
  };
}

function droppedLine(service: string, dropped: number, failure: string): string {
  const reason = failure === 'EAGAIN' ? 'its reader is too slow' : failure || 'they are too long';
  const msg = `${dropped} lines of the log were dropped: ${reason}`;
  return `${JSON.stringify({ level: 40, time: Date.now(), service, msg, dropped })}\n`;
}

/** The settings of a log. */
type LogConfig = Pick<ServerConfig, 'LOG_LEVEL' | 'LOG_FORMAT' | 'LOG_BUFFER_BYTES'>;

/** The log of a process. */
export interface ProcessLog {
  /** For whatever a developer logs; it goes through `redact`. */
  readonly log: Logger;
  /** For the request lines. */
  readonly requests: RequestLog;
  /** Writes what its reader takes now; the rest follows by itself, at the latest when the process ends. */
  flush(): void;
}

/** Opens the log of a process on its standard output: JSON lines, or readable ones in a terminal. Nothing waits for it. */
export function openLog(name: string, config: LogConfig, stream: LogStream = standardOutput(name, config)): ProcessLog {
  const formatters = { log: (fields: object) => redact(fields) as Record<string, unknown> };
  const log = pino({ level: config.LOG_LEVEL, base: { service: name }, formatters }, stream);
  return { log, requests: new RequestLog(name, log, stream.requests ?? stream), flush: () => stream.flush?.() };
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
    const text =
      typeof message === 'string' ? message : message instanceof Error ? hideSecrets(message.message) : undefined;
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
