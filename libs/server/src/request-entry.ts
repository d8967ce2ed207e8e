import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { attachContext, BffError, parseTrace, RequestContext } from '@portico/core';
import { answerProblem } from './answer.ts';
import { clientOf, isAllowed } from './client-address.ts';
import type { Cors } from './cors.ts';
import { meetExpectation } from './expectation.ts';
import { InFlight } from './in-flight.ts';
import { ownOptionsHeaders } from './own-options.ts';
import { toBffError } from './problem.filter.ts';
import { checkRequest } from './request-check.ts';
import { requestIdOf } from './request-id.ts';
import type { RequestLog } from './request-log.ts';
import { type QueueOwner, RequestQueue } from './request-queue.ts';
import { securityHeaders } from './security-headers.ts';
import type { ServerConfig } from './server-config.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The first stop of every request: it waits its turn on its connection, is checked, gets its context, and is watched until
 * its answer is out.
 */
export class RequestEntry implements QueueOwner {
  /** Requests without a complete answer, by response. */
  readonly inFlight = new InFlight();
  /** While true every answer closes its connection. */
  draining = false;
  /** Called when the last request in flight is done. */
  onIdle: (() => void) | undefined;
  /** Requests that wait for an answer to another one on their connection. */
  waiting = 0;

  constructor(
    private readonly config: ServerConfig,
    private readonly log: RequestLog,
    private readonly handler: Handler,
    private readonly cors: Cors,
  ) {}

  /** Listener of `request` and `checkContinue`. */
  readonly accept = (request: IncomingMessage, response: ServerResponse): void => {
    this.queueOf(request.socket).enter(response);
  };

  /** The requests of a connection. */
  queueOf(socket: Socket): RequestQueue {
    return RequestQueue.of(socket, this);
  }

  /** @inheritdoc */
  serve(response: ServerResponse, queue: RequestQueue): void {
    const request = response.req;
    const context = this.open(request, response, queue);
    try {
      if (this.cors.isOn) context.replyHeaders.push(...this.cors.headersOf(request));
      this.answer(request, response, context);
    } catch (error) {
      // Whatever it is: what is not caught here would end the process, or leave the connection's requests waiting for ever.
      answerProblem(response, toBffError(error, false), context);
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
    // Before anything else is done with it: who is not allowed here learns nothing of what a request must look like.
    const refusal = this.refuseAddress(request, context) ?? checkRequest(request, this.config);
    if (refusal) return answerProblem(response, refusal, context, { close: true });
    if (this.cors.isOn && this.answerPreflight(request, response, context)) return;
    // RFC 9110 7.8: an upgrade nobody offers is ignored; llhttp reads nothing more from such a connection.
    if (this.draining || request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    if (request.headers.expect !== undefined) {
      const failure = meetExpectation(request, response);
      if (failure) return answerProblem(response, failure, context, { close: true });
    }
    const headers = ownOptionsHeaders(request);
    if (headers) response.writeHead(204, [...context.replyHeaders, ...headers]).end();
    else this.handler(request, response);
  }

  /** @inheritdoc */
  overflow(response: ServerResponse): void {
    this.inFlight.get(response)?.abort(new BffError('too-many-requests'));
    response.destroy();
  }

  private open(request: IncomingMessage, response: ServerResponse, queue: RequestQueue): RequestContext {
    const { headers } = request;
    const trace = parseTrace(single(headers.traceparent), single(headers.tracestate));
    const requestId = requestIdOf(headers['x-request-id'], trace);
    const client = clientOf(request, this.config);
    const replyHeaders = ['x-request-id', requestId, ...securityHeaders('api', client.protocol)];
    const context = new RequestContext({ requestId, client, trace, headers, replyHeaders });
    attachContext(request, context);
    this.watch(response, context, queue);
    return context;
  }

  private refuseAddress(request: IncomingMessage, { client }: RequestContext): BffError | undefined {
    return isAllowed(request, client, this.config) ? undefined : new BffError('address-not-allowed');
  }

  private watch(response: ServerResponse, context: RequestContext, queue: RequestQueue): void {
    const request = response.req;
    const { url = '', socket } = request;
    const before = socket.bytesWritten;
    this.inFlight.set(response, context);
    response.on('close', () => {
      if (!this.inFlight.delete(response)) return;
      if (!response.writableFinished) {
        context.abort(new BffError('client-aborted'));
        context.failure ??= context.aborted;
      }
      context.finish();
      this.log.write(context, request, response, { url, bytes: socket.bytesWritten - before });
      queue.leave();
      if (this.inFlight.size === 0) this.onIdle?.();
    });
  }

  private answerPreflight(request: IncomingMessage, response: ServerResponse, context: RequestContext): boolean {
    const headers = this.cors.preflightHeadersOf(request);
    if (headers) response.writeHead(204, [...context.replyHeaders, ...headers]).end();
    return headers !== undefined;
  }
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);
