import type { PathTemplate, TemplateSegment } from './path-template.ts';
import type { RewriteRule } from './route.ts';

/** The public path that stands for a path of the upstream, or undefined when there is none. */
export type PathRewriter = (path: string) => string | undefined;

/**
 * Prepares the way back from upstream paths to public ones. A path that is a public one already, because the upstream heeds
 * `X-Forwarded-Prefix` or knows its public address, stays what it is.
 *
 * @param rule as configured or derived; without one nothing has a public path
 * @param basePath of the upstream's URL, without a trailing slash
 */
export function compileRewrite(rule: RewriteRule | undefined, basePath: string): PathRewriter {
  if (!rule) return () => undefined;
  const to = withoutSlash(rule.to);
  const move = compileMove(basePath + withoutSlash(rule.from), to);
  if (to === '') return move;
  const isPrefixSent = forwardedPrefixOf(rule) !== undefined;
  return (path) => {
    if (!isUnder(path, to)) return move(path);
    return move(isPrefixSent ? path.slice(to.length) : path) ?? path;
  };
}

function compileMove(from: string, to: string): PathRewriter {
  return (path) => {
    if (!isUnder(path, from)) return undefined;
    const rest = path.slice(from.length);
    if (to !== '') return to + rest;
    // `//evil.example` would be another host's address.
    if (rest.startsWith('//')) return undefined;
    return rest.startsWith('/') ? rest : `/${rest}`;
  };
}

/** The way back where the row adds a slash at the end of its upstream's paths: public paths have none. */
export function droppingSlash(rewrite: PathRewriter): PathRewriter {
  return (path) => rewrite(path)?.replace(/(?<=[^/])\/(?=[?#]|$)/, '');
}

/**
 * Prepares the way back for the `Path` of cookies. A path that holds all of the row's, such as `/` at an upstream with a base
 * path, becomes the row's public prefix: the cookie then goes with whatever of the upstream clients can reach.
 *
 * @param rule see `compileRewrite`
 * @param basePath see `compileRewrite`
 */
export function compileCookiePath(rule: RewriteRule | undefined, basePath: string): PathRewriter {
  if (!rule) return () => undefined;
  const rewrite = compileRewrite(rule, basePath);
  const from = basePath + withoutSlash(rule.from);
  const all = withoutSlash(rule.to) || '/';
  return (path) => {
    // Any other text is no path (RFC 6265 5.2.4).
    if (!path.startsWith('/')) return undefined;
    return isUnder(from, withoutSlash(path)) ? all : rewrite(path);
  };
}

/**
 * `X-Forwarded-Prefix` of a row: what clients write before a path of the upstream. Undefined where no prefix is all that the two
 * paths differ in.
 */
export function forwardedPrefixOf(rule: RewriteRule | undefined): string | undefined {
  if (rule === undefined || rule.from !== '/') return undefined;
  return withoutSlash(rule.to) || undefined;
}

function isUnder(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const next = path[prefix.length];
  return next === undefined || next === '/' || next === '?' || next === '#';
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * The rule that a route's two templates imply: what they have in common at their ends is taken off, and if no
 * parameter is left, what remains are prefixes. `/api/catalog/products/:id` to `/products/:id` gives `/` to `/api/catalog`.
 */
export function deriveRewrite(path: PathTemplate, to: PathTemplate): RewriteRule | undefined {
  const publicSegments = [...path.segments];
  const upstreamSegments = [...to.segments];
  while (publicSegments.length > 0 && upstreamSegments.length > 0) {
    if (!isSame(publicSegments.at(-1)!, upstreamSegments.at(-1)!)) break;
    publicSegments.pop();
    upstreamSegments.pop();
  }
  const from = prefixOf(upstreamSegments);
  const target = prefixOf(publicSegments);
  return from === undefined || target === undefined ? undefined : { from, to: target };
}

function isSame(one: TemplateSegment, other: TemplateSegment): boolean {
  return textOf(one) === textOf(other);
}

function textOf(segment: TemplateSegment): string {
  if (segment.kind === 'static') return segment.text;
  return segment.kind === 'parameter' ? `:${segment.name}` : '*';
}

function prefixOf(segments: readonly TemplateSegment[]): string | undefined {
  return segments.every((segment) => segment.kind === 'static') ? `/${segments.map(textOf).join('/')}` : undefined;
}
