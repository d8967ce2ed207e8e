import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeCause, type RequestContext } from '@portico/core';
import type { DestinationStream, Logger } from 'pino';

/** What the socket says of a request beside its context. */
export interface Traffic {
  /** The target as it arrived, before anything rewrote it. */
  readonly url: string;
  readonly bytes: number;
}

const LEVELS = { info: 30, warn: 40, error: 50 } as const;

function levelOf(status: number): keyof typeof LEVELS {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

const PLAIN = /^[\w/.:~%+=&@,;!*()-]*$/;

/** `,"name":"value"`, or nothing for a value that is not there. */
function field(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  return `,"${name}":${PLAIN.test(value) ? `"${value}"` : JSON.stringify(value)}`;
}

/**
 * One line for each request, once its answer is out or its client gone. It holds no header, no query and no body; only the cause
 * of a failure needs redaction, which `describeCause` does. The line is put together by hand, in pino's form: that takes half of pino's time, and every request
 * pays for it.
 */
export class RequestLog {
  private readonly service: string;

  constructor(
    service: string,
    private readonly log: Pick<Logger, 'isLevelEnabled'>,
    private readonly stream: DestinationStream,
  ) {
    this.service = field('service', service);
  }

  /** Writes the line of a finished request. */
  write(context: RequestContext, request: IncomingMessage, response: ServerResponse, traffic: Traffic): void {
    const status = response.headersSent ? response.statusCode : 499;
    const level = context.aborted?.code === 'client-aborted' ? 'info' : levelOf(status);
    if (!this.log.isLevelEnabled(level)) return;
    const duration = Math.round((context.clock.now() - context.startedAt) * 10) / 10;
    this.stream.write(
      `{"level":${LEVELS[level]},"time":${context.clock.epoch()}${this.service}` +
        field('requestId', context.requestId) +
        field('traceId', context.trace.traceId) +
        field('method', request.method) +
        field('route', context.route) +
        field('path', pathOf(traffic.url)) +
        `,"status":${status},"duration":${duration},"bytes":${traffic.bytes}` +
        field('client', context.client.address) +
        failureFields(context) +
        '}\n',
    );
  }
}

function failureFields({ failure }: RequestContext): string {
  if (!failure) return '';
  return (
    field('failure', failure.code) +
    field('upstream', failure.upstream) +
    field('part', failure.part) +
    field('cause', describeCause(failure))
  );
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
