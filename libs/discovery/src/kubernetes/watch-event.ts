import { z } from 'zod';
import { ApiError, messageOf } from './api-error.ts';
import { METADATA, type Slice, SLICE } from './slice.ts';

/** What a line of a watch says. `version`: what is known once it is heeded. */
export type WatchEvent =
  | { readonly type: 'put'; readonly version: string; readonly slice: Slice }
  | { readonly type: 'remove'; readonly version: string; readonly name: string }
  | { readonly type: 'bookmark'; readonly version: string };

const VERSIONED = z.object({ metadata: METADATA.pick({ resourceVersion: true }) });
const NAMED = z.object({ metadata: METADATA });
const STATUS = z.object({ code: z.number(), message: z.unknown() });
const EVENT = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED']), object: SLICE }),
  // In its old shape, with the new version.
  z.object({ type: z.literal('DELETED'), object: NAMED }),
  // An empty slice with nothing but a version.
  z.object({ type: z.literal('BOOKMARK'), object: VERSIONED }),
  z.object({ type: z.literal('ERROR'), object: STATUS }),
]);

/** @throws ApiError for an ERROR; Error for what is no event */
export function parseWatchEvent(line: string): WatchEvent {
  const result = EVENT.safeParse(parseJson(line));
  if (!result.success) throw new Error('the watch sent a line that is no event of EndpointSlices');
  const event = result.data;
  if (event.type === 'ERROR') {
    const reason = messageOf(event.object) ?? 'no reason given';
    throw new ApiError(event.object.code, `the watch ended with ${event.object.code}: ${reason}`);
  }
  const version = event.object.metadata.resourceVersion;
  switch (event.type) {
    case 'BOOKMARK':
      return { type: 'bookmark', version };
    case 'DELETED':
      return { type: 'remove', version, name: event.object.metadata.name };
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'put', version, slice: event.object };
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
