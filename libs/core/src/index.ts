export {
  type Access,
  accessOf,
  accessProblems,
  Allow,
  declareAccess,
  ENFORCES_ACCESS,
  type NamedPolicy,
  type Requirements,
} from './access.ts';
export { BffError, type BffErrorCode, type BffErrorOptions } from './bff-error.ts';
export { type Clock, type Timer, systemClock } from './clock.ts';
export { CONFIG_PROBLEMS, ConfigError, loadConfig } from './config.ts';
export { FOR_STRANGERS, holderOf, type Share, shareToTakeBack } from './fair-share.ts';
export { pipe } from './pipe.ts';
export { type Principal } from './principal.ts';
export { attachContext, contextOf, RequestContext, type Client, type RequestContextInit } from './request-context.ts';
export { type TraceContext, childSpan, formatTraceparent, parseTrace, startTrace } from './trace-context.ts';
export { type TokenSource, type UpstreamToken } from './upstream-token.ts';
