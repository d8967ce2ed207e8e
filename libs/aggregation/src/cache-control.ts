/** How long and by whom an answer may be kept (RFC 9111), as far as an aggregate needs to know. Times in seconds. */
export interface CacheLife {
  readonly noStore: boolean;
  readonly noCache: boolean;
  readonly isPrivate: boolean;
  readonly isPublic: boolean;
  readonly mustRevalidate: boolean;
  /** Left for private caches. */
  readonly maxAge: number;
  /** Left for shared caches. */
  readonly sharedMaxAge: number;
}

/** An answer that says nothing of caching, or nothing we can be sure of, is not fresh for a moment. */
const UNKNOWN: CacheLife = {
  noStore: false,
  noCache: true,
  isPrivate: false,
  isPublic: false,
  mustRevalidate: false,
  maxAge: 0,
  sharedMaxAge: 0,
};

const MOST_SECONDS = 2 ** 31;
const LONGEST_VALUE = 1024;
const MOST_KEPT = 256;
const kept = new Map<string, CacheLife>();

/**
 * Reads a `cache-control` value, several fields joined by commas. Where directives contradict each other the strictest
 * counts; a number that is none counts as 0 (RFC 9111 4.2.1).
 */
export function parseCacheControl(value: string | undefined): CacheLife {
  if (value === undefined || value.length > LONGEST_VALUE) return UNKNOWN;
  const known = kept.get(value);
  if (known) return known;
  const life = readDirectives(value);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(value, life);
  return life;
}

/** A name, then perhaps a quoted string or a token; each alternative starts with another character, so time is linear. */
const DIRECTIVE = /([^\s,="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;

function readDirectives(value: string): CacheLife {
  const found = new Map<string, number>();
  for (const [, name, quoted, token] of value.matchAll(DIRECTIVE)) {
    const seconds = secondsOf(quoted ?? token ?? '');
    const directive = name!.toLowerCase();
    found.set(directive, Math.min(seconds, found.get(directive) ?? Infinity));
  }
  const maxAge = found.get('max-age');
  const sharedMaxAge = found.get('s-maxage') ?? maxAge;
  return {
    noStore: found.has('no-store'),
    noCache: found.has('no-cache') || sharedMaxAge === undefined,
    isPrivate: found.has('private'),
    isPublic: found.has('public'),
    mustRevalidate: found.has('must-revalidate') || found.has('proxy-revalidate'),
    maxAge: maxAge ?? 0,
    sharedMaxAge: sharedMaxAge ?? 0,
  };
}

function secondsOf(text: string): number {
  return /^\d{1,20}$/.test(text) ? Math.min(Number(text), MOST_SECONDS) : 0;
}

/** The life that is left of an answer that caches on the way have held for `age` seconds (RFC 9111 5.1). */
export function afterAge(life: CacheLife, age: string | undefined): CacheLife {
  if (age === undefined || age === '0') return life;
  const seconds = /^\d{1,20}$/.test(age) ? Math.min(Number(age), MOST_SECONDS) : MOST_SECONDS;
  const maxAge = Math.max(0, life.maxAge - seconds);
  return { ...life, maxAge, sharedMaxAge: Math.max(0, life.sharedMaxAge - seconds) };
}

/** What may be done with an answer made of two: whatever both allow. */
function strictest(one: CacheLife, other: CacheLife): CacheLife {
  if (one === other) return one;
  return {
    noStore: one.noStore || other.noStore,
    noCache: one.noCache || other.noCache,
    isPrivate: one.isPrivate || other.isPrivate,
    isPublic: one.isPublic && other.isPublic,
    mustRevalidate: one.mustRevalidate || other.mustRevalidate,
    maxAge: Math.min(one.maxAge, other.maxAge),
    sharedMaxAge: Math.min(one.sharedMaxAge, other.sharedMaxAge),
  };
}

/** The same of any number of answers; undefined when none of them asked anyone. */
export function strictestOf(answers: ReadonlyArray<{ readonly life: CacheLife | undefined }>): CacheLife | undefined {
  let strict: CacheLife | undefined;
  for (const { life } of answers) if (life) strict = strict ? strictest(strict, life) : life;
  return strict;
}

/** The `cache-control` value that says so; undefined (no answer at all) counts as one that says nothing. */
export function formatCacheControl(life: CacheLife = UNKNOWN): string {
  if (life.noStore) return 'no-store';
  if (life.noCache) return life.isPrivate ? 'private, no-cache' : 'no-cache';
  let text = life.isPrivate ? 'private, ' : life.isPublic ? 'public, ' : '';
  text += `max-age=${life.maxAge}`;
  if (!life.isPrivate && life.sharedMaxAge !== life.maxAge) text += `, s-maxage=${life.sharedMaxAge}`;
  return life.mustRevalidate ? `${text}, must-revalidate` : text;
}
