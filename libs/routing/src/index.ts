export { DEFAULT_REQUEST_HEADERS, DEFAULT_RESPONSE_HEADERS } from './header-names.ts';
export {
  DEFAULT_MAX_BODY_BYTES,
  type ForwardRoute,
  type HeaderRules,
  type Method,
  METHODS,
  type QueryRules,
  type RewriteRule,
  type Route,
  type RouteCommon,
  type ViewRoute,
} from './route.ts';
export { type RoutingOptions } from './route-table.ts';
export { RoutingModule } from './routing.module.ts';
