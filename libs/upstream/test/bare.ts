import type { UpstreamOptions } from '../src/upstream.ts';

/** No stage that repeats or refuses calls: what the transport does is seen as it is. */
export const BARE: Partial<UpstreamOptions> = { retry: false, breaker: false, bulkhead: false, ejection: false };
