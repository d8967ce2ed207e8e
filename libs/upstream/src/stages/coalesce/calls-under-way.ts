import type { RequestContext } from '@portico/core';
import type { Send, UpstreamRequest } from '../../send.ts';
import { PER_REQUEST_FIELDS, requestKey } from '../request-key.ts';
import { SharedCall } from './shared-call.ts';

/** Targets with calls that others can join; beyond that, calls go their own way. */
const MOST_TARGETS = 10_000;
/** Calls of one client to one target that differ in their header fields; beyond that, calls go their own way. */
const MOST_VARIANTS = 16;

/**
 * The calls that others can join. Nearly every request finds none to its target, so whole keys, which cost more than all
 * else here, are only made once there is one.
 */
export class CallsUnderWay {
  /** By client and target, which may be ambiguous: the keys of the calls decide. */
  private readonly calls = new Map<string, SharedCall[]>();

  constructor(private readonly next: Send) {}

  /** The call that a request joins or begins, undefined if it has to go its own way. */
  callFor(request: UpstreamRequest, ctx: RequestContext): SharedCall | undefined {
    const { authorization = '', cookie = '' } = ctx.headers;
    const target = `${authorization}${cookie}${request.target}`;
    const variants = this.calls.get(target);
    if (variants === undefined) {
      if (this.calls.size >= MOST_TARGETS) return undefined;
      const first = this.begin(target, request, ctx);
      this.calls.set(target, [first]);
      return first;
    }
    const key = requestKey(request, ctx, PER_REQUEST_FIELDS);
    const running = variants.find((call) => call.key === key);
    if (running || variants.length >= MOST_VARIANTS) return running;
    const another = this.begin(target, request, ctx);
    variants.push(another);
    return another;
  }

  private begin(target: string, request: UpstreamRequest, ctx: RequestContext): SharedCall {
    const call = new SharedCall(this.next, request, ctx, () => this.end(target, call));
    return call;
  }

  private end(target: string, call: SharedCall): void {
    const variants = this.calls.get(target)!;
    if (variants.length === 1) this.calls.delete(target);
    else variants.splice(variants.indexOf(call), 1);
  }
}
