/** A piece of a path template between two slashes. */
export type TemplateSegment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'rest' };

/** A path template taken apart. */
export interface PathTemplate {
  readonly text: string;
  readonly segments: readonly TemplateSegment[];
  /** Whether a slash stands behind the last segment; in paths of upstreams only. */
  readonly endsWithSlash: boolean;
}

const PARAMETER = /^:[A-Za-z][A-Za-z0-9_]*$/;
const STATIC = /^[A-Za-z0-9._~@-]+$/;

/**
 * Takes a path template apart.
 *
 * @param text like `/products/:id/*`; `/` alone has no segments
 * @returns the template, or what is wrong with it
 */
export function parseTemplate(text: string): PathTemplate | string {
  if (typeof text !== 'string' || !text.startsWith('/')) return 'must start with "/"';
  if (text === '/') return { text, segments: [], endsWithSlash: false };
  const parts = text.slice(1).split('/');
  const segments: TemplateSegment[] = [];
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const segment = parseSegment(part, index === parts.length - 1);
    if (typeof segment === 'string') return segment;
    if (segment.kind === 'parameter') {
      if (names.has(segment.name)) return `uses ":${segment.name}" twice`;
      names.add(segment.name);
    }
    segments.push(segment);
  }
  return { text, segments, endsWithSlash: false };
}

/**
 * Takes the template of a path at an upstream apart, which may end with `/`, as some frameworks want it.
 *
 * @returns see `parseTemplate`
 */
export function parseTarget(text: string): PathTemplate | string {
  if (typeof text !== 'string' || !/[^/]\/$/.test(text)) return parseTemplate(text);
  const template = parseTemplate(text.slice(0, -1));
  if (typeof template === 'string') return template;
  if (template.segments.at(-1)?.kind === 'rest') return 'may have "*" at its end only';
  return { ...template, text, endsWithSlash: true };
}

function parseSegment(part: string, isLast: boolean): TemplateSegment | string {
  if (part === '') return isLast ? 'must not end with "/"' : 'must not hold "//"';
  if (part === '*') return isLast ? { kind: 'rest' } : 'may have "*" at its end only';
  if (part.startsWith(':')) {
    return PARAMETER.test(part)
      ? { kind: 'parameter', name: part.slice(1) }
      : `"${part}" is not a parameter like ":id"`;
  }
  if (part === '.' || part === '..') return 'must not hold dot segments';
  return STATIC.test(part) ? { kind: 'static', text: part } : `"${part}" may hold letters, digits and "-._~@" only`;
}

/** Whether some path fits both templates. */
export function overlaps(one: PathTemplate, other: PathTemplate): boolean {
  const { length } = one.segments;
  for (let i = 0; i < length; i++) {
    const left = one.segments[i]!;
    const right = other.segments[i];
    if (right === undefined) return false;
    if (left.kind === 'rest' || right.kind === 'rest') return true;
    if (left.kind === 'static' && right.kind === 'static' && left.text !== right.text) return false;
  }
  return other.segments.length === length;
}

/** Whether every path that fits `narrow` fits `wide` too: the router then prefers `narrow`. */
export function covers(wide: PathTemplate, narrow: PathTemplate): boolean {
  const { length } = wide.segments;
  for (let i = 0; i < length; i++) {
    const left = wide.segments[i]!;
    const right = narrow.segments[i];
    if (right === undefined) return false;
    if (left.kind === 'rest') return true;
    if (right.kind === 'rest') return false;
    if (left.kind === 'static' && (right.kind !== 'static' || left.text !== right.text)) return false;
  }
  return narrow.segments.length === length;
}

/** What paths a template fits: the same text for templates that differ in the names of parameters only. */
export function shapeOf(template: PathTemplate): string {
  const segments = template.segments.map((segment) => {
    if (segment.kind === 'static') return segment.text;
    return segment.kind === 'parameter' ? ':' : '*';
  });
  return `/${segments.join('/')}`;
}
