import type { RequestContext } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { UpstreamRequest } from '../send.ts';

/** Which instance gets a call. */
export interface Balancer {
  /**
   * Takes what can be worked out before a call: called after every change, never for a call.
   *
   * @param candidates the instances to choose from, each with a weight above 0
   * @param all the instances of the upstream, also those that get no traffic
   */
  update(candidates: readonly UpstreamInstance[], all: readonly UpstreamInstance[]): void;
  /**
   * The instance for a call, one that `request.avoid` does not list as long as there is another; undefined when there is none
   * at all.
   *
   * @param now the clock's monotonic milliseconds
   */
  choose(request: UpstreamRequest, ctx: RequestContext, now: number): UpstreamInstance | undefined;
}

/** Whether an earlier attempt of this call went to the instance. */
export function isAvoided({ avoid }: UpstreamRequest, instance: UpstreamInstance): boolean {
  return avoid !== undefined && avoid.includes(instance);
}
