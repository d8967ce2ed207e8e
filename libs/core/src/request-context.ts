import { BffError } from './bff-error.ts';
import { type Clock, systemClock, type Timer } from './clock.ts';
import { callSafely } from './call-safely.ts';
import type { Principal } from './principal.ts';
import type { TraceContext } from './trace-context.ts';
import type { TokenSource } from './upstream-token.ts';

/** Who sent a request, from trusted data only (the socket, or what a trusted proxy says). */
export interface Client {
  /** IP address without port or zone; IPv4 is never written as IPv6-mapped. */
  readonly address: string;
  readonly protocol: 'http' | 'https';
  /** Host with port as the client wrote it, validated. */
  readonly host: string;
}

/** What is known of a request when it arrives. */
export interface RequestContextInit {
  readonly requestId: string;
  readonly client: Client;
  readonly trace: TraceContext;
  readonly clock?: Clock;
  /** See `RequestContext.headers`. Default none. */
  readonly headers?: ClientHeaders;
  /** See `RequestContext.parameters`. Default none. */
  readonly parameters?: RouteParameters;
  /** See `RequestContext.replyHeaders`. Default none. */
  readonly replyHeaders?: string[];
  /** See `RequestContext.principal`. Default nobody. */
  readonly principal?: Principal | undefined;
  /** See `RequestContext.tokens`. Default none. */
  readonly tokens?: TokenSource | undefined;
}

type ClientHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
type RouteParameters = Readonly<Record<string, string>>;
const NONE = Object.freeze({});

type AbortListener = (reason: BffError) => void;

/**
 * Everything that belongs to one client request and travels with it down to the upstream calls: identity, trace, one
 * deadline and one cancellation. Cheap on purpose: no AbortController, a timer only once a deadline is set.
 */
export class RequestContext {
  readonly requestId: string;
  readonly client: Client;
  readonly trace: TraceContext;
  readonly clock: Clock;
  /** When the request arrived, or its piece of work (a child) began, in the clock's monotonic milliseconds. */
  readonly startedAt: number;
  /** The client's header fields as Node joined them; what passes to an upstream is the route's business, not theirs. */
  readonly headers: ClientHeaders;
  /** The parameters of the matched route's path, decoded. */
  parameters: RouteParameters;
  /** Who the request comes from; undefined on public routes and before a door has checked it. */
  principal: Principal | undefined;
  /** Where tokens for upstreams come from; undefined where the BFF has no door. */
  tokens: TokenSource | undefined;
  /** Template of the matched route, for logs and metrics; never the raw path. */
  route: string | undefined;
  /** The error that the client was answered with, for the log. */
  failure: BffError | undefined;
  /** Header fields that every answer to this request carries, flat `name, value, ...`: request id, security, CORS. */
  readonly replyHeaders: string[];
  /** The moment all work must be done by, in the clock's monotonic milliseconds. */
  deadline = Infinity;
  /** Why the request was given up, if it was. */
  aborted: BffError | undefined;

  /** The first listener, and the only one of a forwarded request: a Set for it would cost more than all the rest here. */
  private listener: AbortListener | undefined;
  private furtherListeners: Set<AbortListener> | undefined;
  private timer: Timer | undefined;

  constructor(init: RequestContextInit) {
    this.requestId = init.requestId;
    this.client = init.client;
    this.trace = init.trace;
    this.clock = init.clock ?? systemClock;
    this.headers = init.headers ?? NONE;
    this.parameters = init.parameters ?? NONE;
    this.replyHeaders = init.replyHeaders ?? [];
    this.principal = init.principal;
    this.tokens = init.tokens;
    this.startedAt = this.clock.now();
  }

  /** Sets the deadline `timeout` milliseconds from now, unless an earlier one stands. */
  expireAfter(timeout: number): void {
    const deadline = this.clock.now() + timeout;
    if (deadline >= this.deadline || this.aborted) return;
    this.deadline = deadline;
    this.timer?.cancel();
    this.timer = this.clock.after(timeout, () => this.abort(new BffError('deadline-exceeded')));
  }

  /** Takes the deadline away: the answer has begun and may last as long as there is somebody at both ends. */
  liftDeadline(): void {
    this.deadline = Infinity;
    this.timer?.cancel();
  }

  /** Gives the request up: everyone who listens stops working for it. Only the first reason counts. */
  abort(reason: BffError): void {
    if (this.aborted) return;
    this.aborted = reason;
    this.timer?.cancel();
    const { listener, furtherListeners } = this;
    if (listener) callSafely(listener, reason);
    // Iterates the live set, so that a listener which another one takes off is not called.
    if (furtherListeners) for (const further of furtherListeners) callSafely(further, reason);
    this.forgetListeners();
  }

  /** Calls `listener` when the request is given up, at once if it was already. Pair with `offAbort`. */
  onAbort(listener: AbortListener): void {
    if (this.aborted) listener(this.aborted);
    else if (this.listener === undefined) this.listener = listener;
    else (this.furtherListeners ??= new Set()).add(listener);
  }

  /** Forgets a listener of `onAbort`. */
  offAbort(listener: AbortListener): void {
    if (this.listener === listener) this.listener = undefined;
    else this.furtherListeners?.delete(listener);
  }

  /** Ends the request's timers; the server calls it once the answer is written. */
  finish(): void {
    this.timer?.cancel();
    this.forgetListeners();
  }

  private forgetListeners(): void {
    this.listener = undefined;
    this.furtherListeners = undefined;
  }

  /**
   * A context for a piece of the work: same identity, its own cancellation and (earlier) deadline. It is aborted with
   * its parent; aborting it leaves the parent alone. Call `finish()` when the piece is done.
   */
  child(): RequestContext {
    return new ChildContext(this);
  }
}

class ChildContext extends RequestContext {
  private readonly followParent = (reason: BffError): void => this.abort(reason);

  constructor(private readonly parent: RequestContext) {
    super(parent);
    this.deadline = parent.deadline;
    this.route = parent.route;
    parent.onAbort(this.followParent);
  }

  override abort(reason: BffError): void {
    this.parent.offAbort(this.followParent);
    super.abort(reason);
  }

  override finish(): void {
    this.parent.offAbort(this.followParent);
    super.finish();
  }
}

const CONTEXT = Symbol('portico.context');

/** Ties a context to Node's request (`request.raw` of Fastify's). */
export function attachContext(carrier: object, context: RequestContext): void {
  (carrier as { [CONTEXT]?: RequestContext })[CONTEXT] = context;
}

/** The context that `attachContext` tied to a request; a missing one is a mistake in the wiring and throws. */
export function contextOf(carrier: object): RequestContext {
  const context = (carrier as { [CONTEXT]?: RequestContext })[CONTEXT];
  if (!context) throw new BffError('internal', { detail: 'the request has no context: is runBff() serving it?' });
  return context;
}
