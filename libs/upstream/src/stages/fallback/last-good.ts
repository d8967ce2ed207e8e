import type { LastGoodPolicy } from '../../policies/fallback.policy.ts';
import { type HeldBody, headerOf, type UpstreamResponse } from '../../send.ts';
import { directivePattern, hasCacheDirective } from '../cache-directives.ts';

/** What RFC 9111 forbids a shared cache to keep, or to serve without asking again. */
const NOT_KEPT = directivePattern('no-store', 'private', 'no-cache', 'must-revalidate', 'proxy-revalidate');
/** Seconds that an unreadable or larger age counts as (RFC 9111 1.2.2). */
const MOST_SECONDS = 2 ** 31;
/** Bytes that an entry takes beside its texts and its body, about. */
const ENTRY_BYTES = 256;

interface Entry {
  /** Without `age`. */
  readonly headers: readonly string[];
  readonly body: HeldBody;
  /** Milliseconds that it was old when it came. */
  readonly ageBefore: number;
  readonly keptAt: number;
  readonly bytes: number;
}

/**
 * The last good answers of an upstream: 200s with their body in memory, within bounds of age, number and bytes; those that
 * came longest ago go first. Not kept: what sets a cookie, and what `Cache-Control` says is not to be stored or not to be
 * served stale (`no-store`, `private`, `no-cache`, `must-revalidate`, `proxy-revalidate`).
 */
export class LastGood {
  /** In the order in which the answers came. */
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly policy: LastGoodPolicy) {}

  /** Keeps an answer, if it is a good one, in place of the one before. */
  keep(key: string, { status, headers, body }: UpstreamResponse, now: number): void {
    if (status !== 200 || !('chunks' in body) || !mayBeKept(headers)) return;
    const bytes = ENTRY_BYTES + key.length + body.length + sizeOf(headers);
    if (bytes > this.policy.maxBytes) return;
    this.forget(key);
    this.entries.set(key, {
      headers: headers.filter((_, i) => headers[i & ~1] !== 'age'),
      body: ownCopy(body),
      ageBefore: ageOf(headers),
      keptAt: now,
      bytes,
    });
    this.bytes += bytes;
    this.shrink(now);
  }

  /** The last good answer, with its `age`; undefined when there is none that is young enough. */
  find(key: string, now: number): UpstreamResponse | undefined {
    const entry = this.entries.get(key);
    if (!entry || now - entry.keptAt > this.policy.maxAge) return undefined;
    const age = Math.floor((entry.ageBefore + now - entry.keptAt) / 1_000);
    return { status: 200, headers: [...entry.headers, 'age', `${age}`], body: entry.body };
  }

  private shrink(now: number): void {
    const { maxAge, entries, maxBytes } = this.policy;
    for (const [key, { keptAt }] of this.entries) {
      if (now - keptAt <= maxAge && this.entries.size <= entries && this.bytes <= maxBytes) return;
      this.forget(key);
    }
  }

  /** Keeps nothing under a key any more. */
  forget(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}

function mayBeKept(headers: readonly string[]): boolean {
  return headerOf(headers, 'set-cookie') === undefined && !hasCacheDirective(headers, NOT_KEPT);
}

/** Milliseconds that an answer was old when it came. */
function ageOf(headers: readonly string[]): number {
  const age = headerOf(headers, 'age') ?? '0';
  return 1_000 * (/^\d{1,9}$/.test(age) ? Number(age) : MOST_SECONDS);
}

function sizeOf(texts: readonly string[]): number {
  let size = 0;
  for (let i = 0; i < texts.length; i++) size += texts[i]!.length;
  return size;
}

/** Chunks are often small windows on large buffers of a socket, which they would keep alive. */
function ownCopy({ chunks, length }: HeldBody): HeldBody {
  return { chunks: chunks.map((chunk) => new Uint8Array(chunk)), length };
}
