import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from '@portico/core';
import type { Logger } from 'pino';

/** What the socket says of a request beside its context. */
export interface Traffic {
  /** The target as it arrived, before anything rewrote it. */
  readonly url: string;
  readonly bytes: number;
}

function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/**
 * One line for each request, once its answer is out or its client gone. It holds no header, no query and no body, so it
 * needs no redaction.
 */
export class RequestLog {
  constructor(private readonly log: Logger) {}

  /** Writes the line of a finished request. */
  write(context: RequestContext, request: IncomingMessage, response: ServerResponse, traffic: Traffic): void {
    const { failure } = context;
    const status = response.headersSent ? response.statusCode : 499;
    const level = context.aborted?.code === 'client-aborted' ? 'info' : levelOf(status);
    if (!this.log.isLevelEnabled(level)) return;
    const query = traffic.url.indexOf('?');
    this.log[level]({
      requestId: context.requestId,
      traceId: context.trace.traceId,
      method: request.method,
      route: context.route,
      path: query < 0 ? traffic.url : traffic.url.slice(0, query),
      status,
      duration: Math.round((context.clock.now() - context.startedAt) * 10) / 10,
      bytes: traffic.bytes,
      client: context.client.address,
      failure: failure?.code,
      upstream: failure?.upstream,
      part: failure?.part,
    });
  }
}
