import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLICE, SLICE_LIST, type Slice } from '../../src/kubernetes/slice.ts';

/** What Kubernetes 1.36.3 answered, byte for byte. */
function recorded(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}

/**
 * Slices of `catalog` in `shop`: `catalog-a` (10.1.0.1 ready, .2 without conditions, .3 ending but serving, .4 not ready),
 * `catalog-b` (IPv6: ::1 is the pod of 10.1.0.1, ::5 another), an empty one and one of names. Version 222.
 */
export const LIST = recorded('list.json');
/** The same in two pages. */
export const PAGES = [recorded('page-1.json'), recorded('page-2.json')] as const;
/** A service that nobody knows. Version 223. */
export const EMPTY_LIST = recorded('empty-list.json');
/** Lines of a watch from 222: `catalog-c` (10.1.0.9) is added, emptied, deleted at 226; bookmarks for the end. */
export const WATCH = recorded('watch.jsonl').trim().split('\n') as [string, string, string, string, string];
/** The line of a watch from a version that is too old. */
export const EXPIRED_WATCH = recorded('expired-watch.jsonl').trim();
/** The answers 410 to a page, 401 to an unknown token, 403 to one without the right, 504 to a version from the future. */
export const EXPIRED_PAGE = recorded('expired-page.json');
export const UNAUTHORIZED = recorded('status-401.json');
export const FORBIDDEN = recorded('status-403.json');
export const FROM_THE_FUTURE = recorded('status-504.json');
/** The file of an authority that signed nothing. */
export const CA_FILE = join(import.meta.dirname, 'ca.pem');

/** The recorded slices as read, by name. */
export function slicesOf(list = LIST): Readonly<Record<'catalog-a' | 'catalog-b' | 'catalog-names', Slice>> {
  const { items } = SLICE_LIST.parse(JSON.parse(list));
  return Object.fromEntries(items.map((slice) => [slice.metadata.name, slice])) as ReturnType<typeof slicesOf>;
}

/** A slice with the port `http` 4001, of addresses that are ready; `more` replaces its fields. */
export function sliceOf(name: string, addresses: readonly string[], more: object = {}): Slice {
  return SLICE.parse({
    metadata: { name, resourceVersion: '300' },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: {} })),
    ports: [{ name: 'http', protocol: 'TCP', port: 4001 }],
    ...more,
  });
}
