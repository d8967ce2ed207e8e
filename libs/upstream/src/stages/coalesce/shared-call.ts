import { type BffError, RequestContext } from '@portico/core';
import { headerOf, type Send, type UpstreamRequest, type UpstreamResponse, whenTaken } from '../../send.ts';
import { directivePattern, hasCacheDirective } from '../cache-directives.ts';
import { isAnonymous, PER_REQUEST_FIELDS, requestKey } from '../request-key.ts';

const PERSONAL = directivePattern('private', 'no-store');

/**
 * One call that several identical requests wait for. It runs under a context of its own, so that whoever asked first can
 * leave without taking the answer from the others; when the last one leaves, it is given up.
 */
export class SharedCall {
  private readonly ctx: RequestContext;
  private readonly anonymous: boolean;
  /** In the order in which they came. */
  private readonly waiters: Waiter[] = [];
  /** What stages further in add to the headers does not belong to the key. */
  private readonly headersLength: number;
  private ownKey: string | undefined;
  private isOpen = true;

  /**
   * @param request that asks first
   * @param ctx of that request; the call goes out in its name
   * @param onClose called once, as soon as nobody may join any more
   */
  constructor(
    private readonly next: Send,
    private readonly request: UpstreamRequest,
    ctx: RequestContext,
    private readonly onClose: () => void,
  ) {
    this.ctx = new RequestContext(ctx);
    this.ctx.route = ctx.route;
    // Has no timer: each waiter's own deadline makes it leave.
    this.ctx.deadline = ctx.deadline;
    this.anonymous = isAnonymous(ctx);
    this.headersLength = request.headers.length;
  }

  /** What a request must have in common with it to join; made when it is first asked for. */
  get key(): string {
    return (this.ownKey ??= this.makeKey());
  }

  /** Waits for it; the first who does sends it. */
  join(request: UpstreamRequest, ctx: RequestContext): Promise<UpstreamResponse> {
    if (ctx.deadline > this.ctx.deadline) this.ctx.deadline = ctx.deadline;
    const answer = new Promise<UpstreamResponse>((resolve, reject) => {
      this.waiters.push(new Waiter(this, request, ctx, { resolve, reject }));
    });
    if (request === this.request) this.send();
    return answer;
  }

  /** Goes on without a waiter, if there are others. */
  leave(waiter: Waiter, reason: BffError): void {
    this.waiters.splice(this.waiters.indexOf(waiter), 1);
    if (this.waiters.length > 0) return;
    this.close();
    this.ctx.abort(reason);
  }

  private send(): void {
    this.next(this.request, this.ctx).then(
      (response) => this.deliver(response),
      (error: unknown) => this.fail(error),
    );
  }

  private makeKey(): string {
    const headers = this.request.headers.slice(0, this.headersLength);
    return requestKey({ ...this.request, headers }, this.ctx, PER_REQUEST_FIELDS);
  }

  private deliver(response: UpstreamResponse): void {
    this.close();
    const first = this.waiters[0];
    if (!first) {
      if (!('chunks' in response.body)) response.body.destroy();
      return;
    }
    const others = this.waiters.splice(1);
    const isForAll = others.length > 0 && this.mayBeShared(response);
    // Until then the one who reads a stream can still leave, which ends the call.
    whenTaken(response, () => {
      first.stopListening();
      this.ctx.finish();
    });
    first.resolve(response);
    for (const other of others) {
      other.stopListening();
      if (isForAll) other.resolve({ ...response, headers: response.headers.slice() });
      else other.resolve(this.next(other.request, other.ctx));
    }
  }

  private fail(error: unknown): void {
    this.close();
    this.ctx.finish();
    for (const waiter of this.waiters) {
      waiter.stopListening();
      waiter.reject(error);
    }
  }

  /** A stream can be read once. What is for one client goes to none who cannot be told from others (RFC 9111 5.2.2.7). */
  private mayBeShared({ headers, body }: UpstreamResponse): boolean {
    if (!('chunks' in body)) return false;
    if (!this.anonymous) return true;
    return headerOf(headers, 'set-cookie') === undefined && !hasCacheDirective(headers, PERSONAL);
  }

  private close(): void {
    if (this.isOpen) this.onClose();
    this.isOpen = false;
  }
}

/** The two ends of the promise that a waiter holds. */
interface Settlers {
  resolve(response: UpstreamResponse | Promise<UpstreamResponse>): void;
  reject(error: unknown): void;
}

/** Someone who waits for a shared call, as long as their own request lasts. */
class Waiter {
  readonly resolve: Settlers['resolve'];
  readonly reject: Settlers['reject'];

  constructor(
    private readonly call: SharedCall,
    readonly request: UpstreamRequest,
    readonly ctx: RequestContext,
    { resolve, reject }: Settlers,
  ) {
    this.resolve = resolve;
    this.reject = reject;
    ctx.onAbort(this.giveUp);
  }

  stopListening(): void {
    this.ctx.offAbort(this.giveUp);
  }

  private readonly giveUp = (reason: BffError): void => {
    this.reject(reason);
    this.call.leave(this, reason);
  };
}
