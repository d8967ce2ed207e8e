export {
  type Access,
  accessOf,
  accessProblems,
  Allow,
  declareAccess,
  ENFORCES_ACCESS,
  FOR_CONTROLLERS,
  type NamedPolicy,
  type Requirements,
} from './access.ts';
export { BffError, type BffErrorCode, type BffErrorOptions } from './bff-error.ts';
export { type Clock, type Timer, systemClock } from './clock.ts';
export { CONFIG_PROBLEMS, ConfigError, loadConfig, misspeltVariables } from './config.ts';
export { describeCause, describeFailure } from './describe-cause.ts';
export { FOR_STRANGERS, holderOf, type Share, shareToTakeBack } from './fair-share.ts';
export { type HandlerLimits, limitProblems, MaxBody, statedLimits, Timeout } from './handler-limits.ts';
export { hideSecrets } from './hide-secrets.ts';
export { inSlices } from './in-slices.ts';
export { Pieces, SMALL_PIECE } from './pieces.ts';
export { pipe } from './pipe.ts';
export { isForSharedCaches, makePrivate, privateCacheControl } from './private-response.ts';
export { type Principal } from './principal.ts';
export { moreLikeIt, RateLimitedLog } from './rate-limited-log.ts';
export { attachContext, contextOf, RequestContext, type Client, type RequestContextInit } from './request-context.ts';
export { declareRoute, type RouteDeclaration, routeDeclarationOf, type RouteFields } from './route-declaration.ts';
export { type TraceContext, childSpan, formatTraceparent, parseTrace, startTrace } from './trace-context.ts';
export { type TokenSource, type UpstreamToken } from './upstream-token.ts';
