import { BffError, type RequestContext } from '@portico/core';
import { type Balancer, isAvoided } from '../balancers/balancer.ts';
import { type Outcome, outcomeOfBrokenBody, outcomeOfError, outcomeOfStatus } from '../health/outcome.ts';
import type { InstanceSet } from '../instances/instance-set.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { type Send, type UpstreamRequest, type UpstreamResponse, whenTaken } from '../send.ts';
import { hasLastingBody } from './repeatable.ts';

/** Told how every attempt ended: a streamed answer once its body did. `OutlierEjection` is one. */
export interface AttemptObserver {
  /** @param startedAt with `now` in the clock's monotonic milliseconds */
  record(instance: UpstreamInstance, outcome: Outcome, startedAt: number, now: number): void;
}

/** Seconds after which a client may ask again when there was no instance. */
const RETRY_AFTER = '1';

/** Sends each attempt to one instance: the innermost of the pipeline, behind it there are connections only. */
export function balance(instances: InstanceSet, balancer: Balancer, observers: readonly AttemptObserver[]): Send {
  const tell = (instance: UpstreamInstance, outcome: Outcome, startedAt: number, now: number): void => {
    for (let i = 0; i < observers.length; i++) observers[i]!.record(instance, outcome, startedAt, now);
  };
  return async function sendToInstance(request, ctx) {
    const startedAt = ctx.clock.now();
    instances.advance(startedAt);
    const chosen = balancer.choose(request, ctx, startedAt);
    if (chosen === undefined) throw noInstance(instances);
    const instance = isAvoided(request, chosen) ? (leftOut(instances, request) ?? chosen) : chosen;
    request.instance = instance;
    instance.inFlight++;
    try {
      const response = await instance.send(request, ctx);
      const now = ctx.clock.now();
      const outcome = outcomeOfStatus(response.status);
      instance.latency.record(outcome, latencyOf(request, now - startedAt), now);
      if ('chunks' in response.body) {
        instance.inFlight--;
        tell(instance, outcome, startedAt, now);
      } else followBody(response, { instance, ctx, startedAt, outcome, tell });
      return response;
    } catch (error) {
      const now = ctx.clock.now();
      const outcome = outcomeOfError(error as BffError, request, ctx, now - startedAt);
      instance.inFlight--;
      instance.latency.record(outcome, latencyOf(request, now - startedAt), now);
      tell(instance, outcome, startedAt, now);
      throw error;
    }
  };
}

/** One that is out of service by its calls or probes: once all others were tried, it is better than one that has just failed. */
function leftOut({ all }: InstanceSet, request: UpstreamRequest): UpstreamInstance | undefined {
  return all.find((instance) => instance.description.healthy && !isAvoided(request, instance));
}

/** What of an attempt's time is the instance's: none while a client's body was passed on, which may have been slow to come. */
function latencyOf(request: UpstreamRequest, elapsed: number): number {
  return hasLastingBody(request) ? elapsed : 0;
}

interface Attempt {
  readonly instance: UpstreamInstance;
  readonly ctx: RequestContext;
  readonly startedAt: number;
  /** By its status. */
  readonly outcome: Outcome;
  readonly tell: AttemptObserver['record'];
}

/** A streamed answer is under way, and may break, until its end. */
function followBody(response: UpstreamResponse, attempt: Attempt): void {
  const { instance, ctx, startedAt, outcome, tell } = attempt;
  whenTaken(response, () => {
    const broken = 'chunks' in response.body ? undefined : response.body.errored;
    instance.inFlight--;
    const isOurs = broken instanceof BffError;
    tell(instance, isOurs ? outcomeOfBrokenBody(broken, ctx) : outcome, startedAt, ctx.clock.now());
  });
}

function noInstance(instances: InstanceSet): BffError {
  const { failure } = instances.status;
  return new BffError('upstream-unavailable', {
    upstream: instances.upstream,
    headers: { 'retry-after': RETRY_AFTER },
    cause: failure ?? 'it has no instance that may get calls',
  });
}
