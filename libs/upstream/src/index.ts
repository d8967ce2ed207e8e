export { type PageAdmission, type PageNeed } from './admission/page-admission.ts';
export { type PagePlaces } from './admission/page-places.ts';
export { type Balancer } from './balancers/balancer.ts';
export { buildBalancer } from './balancers/build-balancer.ts';
export { type Call, CallSyntaxError } from './call.ts';
export { buildUpstreams, UPSTREAMS, type Upstreams } from './build-upstreams.ts';
export {
  type AttemptEvent,
  type BreakerEvent,
  type BreakerState,
  type CallRefusedEvent,
  type FallbackEvent,
  type InstanceEvent,
  type TrafficEvent,
} from './events.ts';
export { UpstreamInstance } from './instances/upstream-instance.ts';
export { type BalancePolicy } from './policies/balance.policy.ts';
export { type IdentityFields } from './policies/credentials.policy.ts';
export { headerOf, type HeldBody, type Send, type Stage, type UpstreamRequest, type UpstreamResponse } from './send.ts';
export { isEventStream } from './transfers/event-streams.ts';
export { type UpstreamSettings } from './settings.ts';
export { defineUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';
export { type InstanceHealth, type UpstreamHealth } from './upstream-health.ts';
