import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { attachContext, BffError, parseTrace, RequestContext } from '@portico/core';
import { answerProblem } from './answer.ts';
import { clientOf, isAllowed } from './client-address.ts';
import type { Cors } from './cors.ts';
import { InFlight } from './in-flight.ts';
import { checkRequest } from './request-check.ts';
import { requestIdOf } from './request-id.ts';
import type { RequestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import type { ServerConfig } from './server-config.ts';

const NEWEST = Symbol('portico.newest');

type Tracked = Socket & { [NEWEST]?: ServerResponse };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The first stop of every request: it is checked, gets its context, and is watched until its answer is out. */
export class RequestEntry {
  /** Requests without a complete answer, by response. */
  readonly inFlight = new InFlight();
  /** While true every answer closes its connection. */
  draining = false;
  /** Called when the last request in flight is done. */
  onIdle: (() => void) | undefined;

  constructor(
    private readonly config: ServerConfig,
    private readonly log: RequestLog,
    private readonly handler: Handler,
    private readonly cors: Cors,
  ) {}

  /** Listener of `request` and `checkContinue`. */
  readonly accept = (request: IncomingMessage, response: ServerResponse): void => {
    const context = this.open(request, response);
    // Before anything else is done with it: who is not allowed here learns nothing of what a request must look like.
    const refusal = this.refuseAddress(request, context) ?? checkRequest(request, this.config);
    if (refusal) return answerProblem(response, refusal, context, true);
    if (this.cors.isOn && this.answerPreflight(request, response, context)) return;
    // RFC 9110 7.8: an upgrade nobody offers is ignored; llhttp reads nothing more from such a connection.
    if (this.draining || request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    const expectation = request.headers.expect;
    if (expectation !== undefined && !this.meet(expectation, request, response, context)) return;
    this.handler(request, response);
  };

  /** The last request that came over a connection, when it is not answered yet. */
  newestOf(socket: Socket): ServerResponse | undefined {
    const newest = (socket as Tracked)[NEWEST];
    return newest && this.inFlight.has(newest) ? newest : undefined;
  }

  private open(request: IncomingMessage, response: ServerResponse): RequestContext {
    const { headers } = request;
    const trace = parseTrace(single(headers.traceparent), single(headers.tracestate));
    const requestId = requestIdOf(headers['x-request-id'], trace);
    const client = clientOf(request, this.config);
    const replyHeaders = ['x-request-id', requestId, ...securityHeaders('api', client.protocol)];
    if (this.cors.isOn) replyHeaders.push(...this.cors.headersOf(request));
    const context = new RequestContext({ requestId, client, trace, headers, replyHeaders });
    attachContext(request, context);
    this.watch(request, response, context);
    return context;
  }

  private refuseAddress(request: IncomingMessage, { client }: RequestContext): BffError | undefined {
    return isAllowed(request, client, this.config) ? undefined : new BffError('address-not-allowed');
  }

  private watch(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
    const { url = '', socket } = request;
    const before = socket.bytesWritten;
    this.inFlight.set(response, context);
    (socket as Tracked)[NEWEST] = response;
    const close = (): void => {
      if (!this.inFlight.delete(response)) return;
      if (!response.writableFinished) {
        context.abort(new BffError('client-aborted'));
        context.failure ??= context.aborted;
      }
      context.finish();
      this.log.write(context, request, response, { url, bytes: socket.bytesWritten - before });
      if (this.inFlight.size === 0) this.onIdle?.();
    };
    response.on('close', close);
    // An answer that waits behind others on its connection hears nothing of the connection's end.
    if (response.socket === null) request.on('close', () => socket.destroyed && close());
  }

  private answerPreflight(request: IncomingMessage, response: ServerResponse, context: RequestContext): boolean {
    try {
      const headers = this.cors.preflightHeadersOf(request);
      if (headers) response.writeHead(204, [...context.replyHeaders, ...headers]).end();
      return headers !== undefined;
    } catch (error) {
      answerProblem(response, error as BffError, context);
      return true;
    }
  }

  /** RFC 9110 10.1.1: 100-continue is the only expectation there is; HTTP/1.0 has none. */
  private meet(
    expectation: string,
    request: IncomingMessage,
    response: ServerResponse,
    context: RequestContext,
  ): boolean {
    if (expectation.toLowerCase() !== '100-continue') {
      answerProblem(response, new BffError('expectation-failed'), context, true);
      return false;
    }
    if (request.httpVersionMinor === 1) response.writeContinue();
    return true;
  }
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);
