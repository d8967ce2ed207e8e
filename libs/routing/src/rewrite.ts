import type { PathTemplate, TemplateSegment } from './path-template.ts';
import type { RewriteRule } from './route.ts';

/** The public path that stands for a path of the upstream, or undefined when there is none. */
export type PathRewriter = (path: string) => string | undefined;

/**
 * Prepares the way back from upstream paths to public ones.
 *
 * @param rule as configured or derived; without one nothing has a public path
 * @param basePath of the upstream's URL, without a trailing slash
 */
export function compileRewrite(rule: RewriteRule | undefined, basePath: string): PathRewriter {
  if (!rule) return () => undefined;
  const from = basePath + (rule.from === '/' ? '' : rule.from);
  const to = rule.to === '/' ? '' : rule.to;
  return (path) => {
    if (!path.startsWith(from)) return undefined;
    const rest = path.slice(from.length);
    if (rest !== '' && !/^[/?#]/.test(rest)) return undefined;
    // `//evil.example` would be another host's address.
    return to === '' && rest.startsWith('//') ? undefined : to + rest || '/';
  };
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
