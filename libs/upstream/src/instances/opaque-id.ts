import { createHash } from 'node:crypto';
import type { UpstreamInstance } from './upstream-instance.ts';

/**
 * A name for an instance that may leave the gateway: the same in every process, and too short to tell which address it stands
 * for. Two instances may share one, which does no harm.
 */
export function opaqueId(upstream: string, { description }: UpstreamInstance): string {
  return createHash('sha256').update(`${upstream} ${description.id}`).digest('hex').slice(0, 8);
}
