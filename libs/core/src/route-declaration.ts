/** Header fields that a route takes from clients and gives to them; names in lower case. */
export interface RouteFields {
  /** Request fields that reach the route's target. */
  readonly request: readonly string[];
  /** Response fields that the route lets pass. */
  readonly response: readonly string[];
}

/** What a library that registers routes on the HTTP server itself, past Nest's controllers, says of one of them. */
export interface RouteDeclaration {
  /**
   * `guarded`: its handler runs the application's guards before anything else but a refusal. `files`: it serves public files
   * to everybody.
   */
  readonly kind: 'guarded' | 'files';
  /** Methods that it is registered with and answers with a problem and nothing else. Default: none. */
  readonly refused?: readonly string[];
  /** Default: unknown, as for a controller. */
  readonly fields?: RouteFields | undefined;
}

const DECLARATION = Symbol('portico.route-declaration');

/**
 * Ties a declaration to the handler that the route is registered with. A route without one stops the start of a BFF. A declared
 * handler names the route to the log itself (`RequestContext.route`) once it knows that it serves the path.
 */
export function declareRoute(handler: object, declaration: RouteDeclaration): void {
  Object.defineProperty(handler, DECLARATION, { value: declaration });
}

/** What `declareRoute` tied to a handler; undefined when nothing was. */
export function routeDeclarationOf(handler: object): RouteDeclaration | undefined {
  return (handler as { [DECLARATION]?: RouteDeclaration })[DECLARATION];
}
