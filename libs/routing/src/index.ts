export { describeRoutes, type RouteDescription } from './describe-routes.ts';
export { covers, overlaps, parseTemplate, type PathTemplate, shapeOf } from './path-template.ts';
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
