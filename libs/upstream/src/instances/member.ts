import { type Instance, isSamePlace } from '@portico/discovery';
import type { Transport } from '../transport/undici-transport.ts';
import type { UpstreamInstance } from './upstream-instance.ts';

/** An instance of a set, with its connections. */
export interface Member {
  readonly instance: UpstreamInstance;
  readonly transport: Transport;
}

/** Whether that is the same process. */
export function isThere(known: Member | undefined, now: Instance): boolean {
  return known !== undefined && isSamePlace(known.instance.description, now);
}

/** Whether that is the same process, and may have been called until now. */
export function isServing(known: Member | undefined, now: Instance): boolean {
  return isThere(known, now) && known!.instance.description.healthy;
}

/** Why an instance changed that its source says something else of, one sentence. */
export function reasonOf({ withdrawn }: Instance): string {
  return withdrawn === undefined ? 'its registry says so' : `its registry says so: ${withdrawn}`;
}
