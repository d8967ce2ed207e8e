import type { RouteFields } from '@portico/core';
import { DEFAULT_REQUEST_HEADERS, DEFAULT_RESPONSE_HEADERS } from './header-names.ts';
import { compileRules } from './request-headers.ts';
import type { Route } from './route.ts';

/** The header fields that a forwarding row lets pass, in both directions; undefined for a view, which passes none on. */
export function fieldsOf(route: Route): RouteFields | undefined {
  if ('view' in route) return undefined;
  const { request, response } = route.headers ?? {};
  const { allowed, fixed } = compileRules(DEFAULT_RESPONSE_HEADERS, response);
  return {
    request: [...compileRules(DEFAULT_REQUEST_HEADERS, request).allowed],
    response: [...allowed, ...fixed.filter((_text, index) => index % 2 === 0)],
  };
}
