import type { BffError, RequestContext } from '@portico/core';
import { events } from '../../events.ts';
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

/** What an upstream's answers are replaced with when they fail. */
export class Replacements {
  private readonly lastGood: LastGood | undefined;
  private readonly answer: FallbackAnswer | undefined;

  constructor(
    { lastGood, answer }: FallbackPolicy,
    private readonly upstream: string,
  ) {
    this.lastGood = lastGood && new LastGood(lastGood);
    this.answer = answer;
  }

  /** Under which its answers are kept. To be asked for before other stages add to its headers. */
  keyOf(request: UpstreamRequest, ctx: RequestContext): string {
    if (!this.lastGood || hasCacheDirective(request.headers, NO_STORE)) return '';
    return requestKey(request, ctx, LEFT);
  }

  /** Remembers what the upstream answered, if that is wanted. */
  keep(key: string, response: UpstreamResponse, ctx: RequestContext): void {
    if (key !== '') this.lastGood?.keep(key, response, ctx.clock.now());
  }

  /** What to answer instead of a failure or a 5xx; undefined when there is nothing. */
  find(key: string, failed: UpstreamResponse | BffError, request: UpstreamRequest, ctx: RequestContext) {
    const kept = key === '' ? undefined : this.lastGood?.find(key, ctx.clock.now());
    if (kept) return this.marked(kept, 'last-good', failed);
    return this.answer && this.marked(written(this.answer, request), 'answer', failed);
  }

  private marked(
    { status, headers, body }: UpstreamResponse,
    source: 'last-good' | 'answer',
    failed: UpstreamResponse | BffError,
  ): UpstreamResponse {
    const instead = 'code' in failed ? failed.code : `${failed.status}`;
    if (events.fallback.hasSubscribers) events.fallback.publish({ upstream: this.upstream, source, instead });
    return { status, headers: [...headers, 'x-portico-fallback', source], body };
  }
}

function written({ status, contentType, body }: FallbackAnswer, { method }: UpstreamRequest): UpstreamResponse {
  const bytes = Buffer.from(body);
  const headers = ['content-type', contentType, 'cache-control', 'no-store', 'content-length', `${bytes.length}`];
  const held = method === 'HEAD' ? { chunks: [], length: 0 } : { chunks: [bytes], length: bytes.length };
  return { status, headers, body: held };
}
