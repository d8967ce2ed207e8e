import type { BffError, RequestContext } from '@portico/core';
import { events, type FallbackEvent } from '../../events.ts';
import type { FallbackAnswer, FallbackPolicy } from '../../policies/fallback.policy.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../send.ts';
import { directivePattern, hasCacheDirective } from '../cache-directives.ts';
import { PER_REQUEST_FIELDS, requestKey } from '../request-key.ts';
import { LastGood } from './last-good.ts';

/** What makes no difference; conditions did not apply when the answer was 200. */
const LEFT: ReadonlySet<string> = new Set([
  ...PER_REQUEST_FIELDS,
  'if-none-match',
  'if-modified-since',
  'cache-control',
  'pragma',
]);
const NO_STORE = directivePattern('no-store');
/** Statuses that say that there is nothing, or nothing for this client. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 410]);
/** Milliseconds in which so many answers are looked at: all of a quiet upstream, some of a busy one. */
const WINDOW = 100;
const LOOKS = 20;

/** What an upstream's answers are replaced with when they fail. */
export class Replacements {
  private readonly lastGood: LastGood | undefined;
  private readonly answer: FallbackAnswer | undefined;
  private windowEndsAt = -Infinity;
  private looksLeft = 0;

  constructor(
    { lastGood, answer }: FallbackPolicy,
    private readonly upstream: string,
  ) {
    this.lastGood = lastGood && new LastGood(lastGood);
    this.answer = answer;
  }

  /**
   * Remembers what the upstream answered to a request, if that may be kept; forgets it when the upstream refuses it now. It looks at 20 answers in 100 ms at
   * most, for the key of a request and the copy of a body cost more than all else here.
   *
   * @param length of the request's headers when it came here, before inner stages added theirs
   */
  keep(request: UpstreamRequest, length: number, response: UpstreamResponse, ctx: RequestContext): void {
    if (!this.lastGood) return;
    if (REFUSALS.has(response.status)) return this.forget(request, length, ctx);
    const now = ctx.clock.now();
    if (!this.mayLook(now)) return;
    const key = keyOf(request, length, ctx);
    if (key !== '') this.lastGood.keep(key, response, now);
  }

  /** Whoever may have lost the right to what the upstream once answered gets it no more. `length` as for `keep`. */
  forget(request: UpstreamRequest, length: number, ctx: RequestContext): void {
    this.lastGood?.forget(keyOf(request, length, ctx));
  }

  /** What to answer instead of a failure or a 5xx; undefined when there is nothing. `length` as for `keep`. */
  find(request: UpstreamRequest, length: number, failed: UpstreamResponse | BffError, ctx: RequestContext) {
    const key = this.lastGood ? keyOf(request, length, ctx) : '';
    const kept = key === '' ? undefined : this.lastGood?.find(key, ctx.clock.now());
    if (kept) return this.marked(kept, 'last-good', failed, ctx);
    return this.answer && this.marked(written(this.answer, request), 'answer', failed, ctx);
  }

  private mayLook(now: number): boolean {
    if (now >= this.windowEndsAt) {
      this.windowEndsAt = now + WINDOW;
      this.looksLeft = LOOKS;
    }
    return this.looksLeft-- > 0;
  }

  private marked(
    { status, headers, body }: UpstreamResponse,
    source: 'last-good' | 'answer',
    failed: UpstreamResponse | BffError,
    { requestId }: RequestContext,
  ): UpstreamResponse {
    if (events.fallback.hasSubscribers) {
      const failure = 'code' in failed ? failed : undefined;
      const instead = 'code' in failed ? failed.code : `${failed.status}`;
      events.fallback.publish({ upstream: this.upstream, source, instead, failure, requestId } satisfies FallbackEvent);
    }
    return { status, headers: [...headers, 'x-portico-fallback', source], body };
  }
}

/** Under which the answers to a request are kept; empty when it wants none kept. */
function keyOf(request: UpstreamRequest, length: number, ctx: RequestContext): string {
  request.headers.length = length;
  return hasCacheDirective(request.headers, NO_STORE) ? '' : requestKey(request, ctx, LEFT);
}

function written({ status, contentType, body }: FallbackAnswer, { method }: UpstreamRequest): UpstreamResponse {
  const bytes = Buffer.from(body);
  const headers = ['content-type', contentType, 'cache-control', 'no-store', 'content-length', `${bytes.length}`];
  const held = method === 'HEAD' ? { chunks: [], length: 0 } : { chunks: [bytes], length: bytes.length };
  return { status, headers, body: held };
}
