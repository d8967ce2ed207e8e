import type { Instance } from './instance.ts';

/** How far a source's list can be relied on. */
export interface SourceStatus {
  /**
   * `starting`: there was no list yet; `fresh`: the registry answers; `doubted`: it answers that nobody is there, which is not
   * believed for a while; `stale`: it does not answer. The last good list is used in the last two.
   */
  readonly state: 'starting' | 'fresh' | 'doubted' | 'stale';
  /** Milliseconds since the registry last confirmed the list; undefined before the first. */
  readonly age: number | undefined;
  /** Why it is stale, doubted or still starting: the newest reason, one sentence for the log. */
  readonly failure: string | undefined;
}

/**
 * Who the instances of one upstream are: the port that every registry is put behind. The list is an immutable snapshot; an
 * error never empties it.
 */
export interface InstanceSource {
  /** `static`, `dns`, `srv`, `consul`, `eureka` or `kubernetes`. */
  readonly kind: string;
  /** The last good list. */
  readonly instances: readonly Instance[];
  readonly status: SourceStatus;
  /** Begins to ask; a static list is there already. */
  start(): void;
  /** Calls `listener` after every change of the list. */
  onChange(listener: (instances: readonly Instance[]) => void): void;
  /** Asks no more; what is under way is given up. */
  close(): void;
}
