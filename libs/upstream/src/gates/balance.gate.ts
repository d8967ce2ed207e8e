import { BffError, type RequestContext } from '@portico/core';
import { type Balancer, isAvoided } from '../balancers/balancer.ts';
import { type Outcome, outcomeAtEnd } from '../health/outcome.ts';
import type { InstanceSet } from '../instances/instance-set.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { type UpstreamRequest, type UpstreamResponse, whenTaken } from '../send.ts';
import { hasLastingBody } from '../stages/repeatable.ts';
import type { Gate, Passage } from './gate.ts';

/** Told how every attempt ended: a streamed answer once its body did. `OutlierEjection` is one. */
export interface AttemptObserver {
  /** @param startedAt with `now` in the clock's monotonic milliseconds */
  record(instance: UpstreamInstance, outcome: Outcome, startedAt: number, now: number): void;
}

/** Seconds after which a client may ask again when there was no instance. */
const RETRY_AFTER = '1';

/** Gives each attempt an instance to go to: the innermost of the gates, behind it there are connections only. */
export class BalanceGate implements Gate {
  constructor(
    private readonly instances: InstanceSet,
    private readonly balancer: Balancer,
    private readonly observers: readonly AttemptObserver[],
  ) {}

  onRenewal(listener: () => void): void {
    this.instances.onRenewal(listener);
  }

  enter(passage: Passage): undefined {
    const { request, ctx, startedAt } = passage;
    this.instances.advance(startedAt);
    const chosen = this.balancer.choose(request, ctx, startedAt);
    if (chosen === undefined) throw this.noInstance();
    const instance = isAvoided(request, chosen) ? (this.leftOut(request) ?? chosen) : chosen;
    passage.instance = request.instance = instance;
    instance.inFlight++;
  }

  answered(passage: Passage, response: UpstreamResponse): void {
    const instance = passage.instance!;
    instance.latency.record(passage.outcome, latencyOf(passage), passage.endedAt);
    if ('chunks' in response.body) this.tell(instance, passage.outcome, passage.startedAt, passage.endedAt);
    else this.followBody(instance, passage, response);
  }

  failed(passage: Passage): void {
    const instance = passage.instance!;
    instance.latency.record(passage.outcome, latencyOf(passage), passage.endedAt);
    this.tell(instance, passage.outcome, passage.startedAt, passage.endedAt);
  }

  private tell(instance: UpstreamInstance, outcome: Outcome, startedAt: number, now: number): void {
    const { observers } = this;
    instance.inFlight--;
    instance.history.record(outcome, now);
    for (let i = 0; i < observers.length; i++) observers[i]!.record(instance, outcome, startedAt, now);
  }

  /** A streamed answer is under way, and may break, until its end. */
  private followBody(instance: UpstreamInstance, passage: Passage, response: UpstreamResponse): void {
    const { ctx, outcome, startedAt } = passage;
    whenTaken(response, () => {
      this.tell(instance, outcomeAtEnd(response, outcome, ctx), startedAt, ctx.clock.now());
    });
  }

  /** One that is out of service by its calls or probes: once all others were tried, it is better than one that has just failed. */
  private leftOut(request: UpstreamRequest): UpstreamInstance | undefined {
    return this.instances.all.find((instance) => instance.description.healthy && !isAvoided(request, instance));
  }

  private noInstance(): BffError {
    const { upstream, status, traffic } = this.instances;
    return new BffError('upstream-unavailable', {
      upstream,
      headers: { 'retry-after': RETRY_AFTER },
      cause: this.instances.all.length === 0 && status.failure ? status.failure : traffic.reason,
    });
  }
}

/** What of an attempt's time is the instance's: none while a client's body was passed on, which may have been slow to come. */
function latencyOf({ request, startedAt, endedAt }: Passage): number {
  return hasLastingBody(request) ? endedAt - startedAt : 0;
}

/** The end of the stages: an attempt goes to the instance that it was given. */
export function sendToInstance(request: UpstreamRequest, ctx: RequestContext): Promise<UpstreamResponse> {
  return request.instance!.send(request, ctx);
}
