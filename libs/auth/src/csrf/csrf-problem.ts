import type { IncomingHttpHeaders } from 'node:http';
import { BffError } from '@portico/core';

/** The header field that a page of the BFF sends with each call; no form, link or image of another site can. */
export const CSRF_HEADER = 'x-csrf';

/**
 * Why a call with ambient credentials may come from another site; undefined when it does not. Three walls, each of which
 * would do alone in a browser without faults: the custom field (another origin needs a preflight for it), `Origin`, and Fetch
 * Metadata. A field that is repeated is joined by Node and so is never right.
 *
 * @param ownOrigin of the BFF as browsers see it
 */
export function csrfProblem(headers: IncomingHttpHeaders, ownOrigin: string): string | undefined {
  if (headers[CSRF_HEADER] !== '1') return `send the header field ${CSRF_HEADER}: 1`;
  const { origin } = headers;
  if (origin !== undefined && origin !== ownOrigin) return "the page is not of this BFF's origin";
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return "the call does not come from a page of this BFF's origin";
  return undefined;
}

/** @throws BffError `csrf-refused` for a call that may come from another site, see `csrfProblem` */
export function refuseForeign(headers: IncomingHttpHeaders, ownOrigin: string): void {
  const problem = csrfProblem(headers, ownOrigin);
  if (problem !== undefined) throw new BffError('csrf-refused', { detail: problem });
}
