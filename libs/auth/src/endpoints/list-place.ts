import { BffError } from '@portico/core';
import type { ListPlace } from '../session/session-store.ts';

const PLACE = /^(\d{1,15})\.([\w-]{22})$/;

/** A place as `next` of a list names it, for `after` of the next request; null for none. */
export function placeText(place: ListPlace | undefined): string | null {
  return place === undefined ? null : `${place.createdAt}.${place.handle}`;
}

/**
 * The place that the parameter `after` names, undefined when there is none.
 *
 * @throws BffError `input-invalid` for what `placeText` never makes
 */
export function placeOf(after: unknown): ListPlace | undefined {
  if (after === undefined) return undefined;
  const [, createdAt, handle] = (typeof after === 'string' && PLACE.exec(after)) || [];
  if (createdAt !== undefined && handle !== undefined) return { createdAt: Number(createdAt), handle };
  const message = 'must be `next` of the page before';
  throw new BffError('input-invalid', { fields: [{ field: 'after', message }] });
}
