import { accessProblems, ConfigError } from '@portico/core';
import { checkHeaderRules, checkQueryRules, checkRewrite } from './check-rules.ts';
import { parseTarget, parseTemplate, type PathTemplate, shapeOf } from './path-template.ts';
import { type ForwardRoute, type Method, METHODS, type Route } from './route.ts';

/** A checked row of the route table. */
export interface CheckedRoute {
  readonly route: Route;
  readonly path: PathTemplate;
  readonly methods: readonly Method[];
}

const COMMON_KEYS = ['methods', 'path', 'auth', 'timeout'];
const FORWARD_KEYS = new Set([
  ...COMMON_KEYS,
  ...['upstream', 'to', 'headers', 'query', 'maxBodyBytes', 'rewrite', 'idempotent'],
]);
const VIEW_KEYS = new Set([...COMMON_KEYS, 'view']);
/** Longest timeout, 1 hour: larger numbers are slips (seconds times a million) or never meant. */
const MAX_TIMEOUT = 3_600_000;
const MAX_BODY = 16 * 1024 ** 3;

/**
 * Checks a whole route table. The types say most of this already; plain JavaScript and `as` do not.
 *
 * @param routes rows of `routes.ts`
 * @param upstreams names of `upstreams.ts`
 * @throws ConfigError listing everything that is wrong in any row
 */
export function checkRoutes(routes: readonly Route[], upstreams: ReadonlySet<string>): readonly CheckedRoute[] {
  const problems: string[] = [];
  const checked: CheckedRoute[] = [];
  routes.forEach((route, index) => {
    const name = nameOf(route, index);
    const own = checkRoute(route, upstreams);
    problems.push(...own.problems.map((problem) => `${name}: ${problem}`));
    if (own.checked) checked.push(own.checked);
  });
  problems.push(...conflicts(checked));
  if (problems.length > 0) throw new ConfigError(problems);
  return checked;
}

function nameOf(route: Route, index: number): string {
  const { methods, path } = (route ?? {}) as Partial<Route>;
  return `route ${index + 1} (${Array.isArray(methods) ? methods.join(',') : '?'} ${String(path)})`;
}

function checkRoute(route: Route, upstreams: ReadonlySet<string>): { problems: string[]; checked?: CheckedRoute } {
  if (typeof route !== 'object' || route === null) return { problems: ['must be an object'] };
  const problems = [...checkMethods(route.methods), ...checkCommon(route)];
  const path = parseTemplate(route.path);
  if (typeof path === 'string') problems.push(`path ${path}`);
  if ('view' in route) problems.push(...unknownKeys(route, VIEW_KEYS), ...checkView(route.view));
  else problems.push(...unknownKeys(route, FORWARD_KEYS), ...checkForward(route, path, upstreams));
  return typeof path === 'string' || problems.length > 0
    ? { problems }
    : { problems, checked: { route, path, methods: route.methods } };
}

function checkMethods(methods: unknown): string[] {
  if (!Array.isArray(methods) || methods.length === 0)
    return [`methods must list at least one of ${METHODS.join(', ')}`];
  const problems: string[] = [];
  for (const [index, method] of methods.entries()) {
    if (method === 'HEAD') problems.push('methods: HEAD goes with GET, leave it out');
    else if (!(METHODS as readonly unknown[]).includes(method))
      problems.push(`methods: "${String(method)}" is not one of ${METHODS.join(', ')}`);
    if (methods.indexOf(method) !== index) problems.push(`methods: ${String(method)} is listed twice`);
  }
  return problems;
}

function checkCommon(route: Route): string[] {
  const problems = [...accessProblems(route.auth)];
  if (!isWhole(route.timeout, 1, MAX_TIMEOUT))
    problems.push(`timeout must be whole milliseconds from 1 to ${MAX_TIMEOUT}`);
  return problems;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function unknownKeys(route: Route, known: ReadonlySet<string>): string[] {
  return Object.keys(route)
    .filter((key) => !known.has(key))
    .map((key) => `"${key}" is not a setting of this kind of route`);
}

function checkView(view: unknown): string[] {
  return typeof view === 'object' && view !== null && 'parts' in view ? [] : ['view must be made by view()'];
}

function checkForward(route: ForwardRoute, path: PathTemplate | string, upstreams: ReadonlySet<string>): string[] {
  const name = (route.upstream as ForwardRoute['upstream'] | undefined)?.name;
  const problems: string[] = [];
  if (name === undefined) problems.push('upstream is missing (or view)');
  else if (!upstreams.has(name)) problems.push(`upstream "${name}" is not in the list of upstreams`);
  if (route.maxBodyBytes !== undefined && !isWhole(route.maxBodyBytes, 0, MAX_BODY)) {
    problems.push(`maxBodyBytes must be whole bytes from 0 to ${MAX_BODY}`);
  }
  if (route.idempotent !== undefined && route.idempotent !== true) {
    problems.push('idempotent must be true or left out: methods that are idempotent stay so');
  }
  return [
    ...problems,
    ...checkTarget(route.to, path),
    ...checkHeaderRules(route.headers),
    ...checkQueryRules(route.query),
    ...checkRewrite(route.rewrite),
  ];
}

function checkTarget(text: string, path: PathTemplate | string): string[] {
  const to = parseTarget(text);
  if (typeof to === 'string') return [`to ${to}`];
  if (typeof path === 'string') return [];
  const has = (kind: string, name?: string) =>
    path.segments.some((segment) => segment.kind === kind && (segment.kind !== 'parameter' || segment.name === name));
  return to.segments.flatMap((segment) => {
    if (segment.kind === 'parameter' && !has('parameter', segment.name))
      return [`to uses ":${segment.name}", which path does not have`];
    return segment.kind === 'rest' && !has('rest') ? ['to ends with "*", but path does not'] : [];
  });
}

function conflicts(checked: readonly CheckedRoute[]): string[] {
  const seen = new Map<string, CheckedRoute>();
  const spelled = new Map<string, CheckedRoute>();
  return checked.flatMap((row) => {
    const shape = shapeOf(row.path);
    const twin = spelled.get(shape.toLowerCase()) ?? row;
    spelled.set(shape.toLowerCase(), twin);
    if (shapeOf(twin.path) !== shape) return [`${row.path.text} differs from ${twin.path.text} in case only`];
    return row.methods.flatMap((method) => {
      const key = `${method} ${shape}`;
      const earlier = seen.get(key);
      if (!earlier) seen.set(key, row);
      return earlier
        ? [`${method} ${row.path.text} conflicts with ${method} ${earlier.path.text}: both fit the same paths`]
        : [];
    });
  });
}
