export type {
  ForwardRoute,
  HeaderRules,
  Method,
  QueryRules,
  RewriteRule,
  Route,
  RouteCommon,
  ViewRoute,
} from './route.ts';
export { type RoutingOptions } from './route-table.ts';
export { RoutingModule } from './routing.module.ts';
