import type { IncomingHttpHeaders } from 'node:http';
import { BffError } from '@portico/core';

/** What a browser says of a request that stands for a page in a tab of its own (Fetch Metadata). */
const NAVIGATION = { mode: 'navigate', destination: 'document' };

/** `Accept` of a page is `text/html`; of programs everything, or nothing is said; of images, styles and media neither. */
const PAGE_OR_PROGRAM = /text\/html|^\s*\*\/\*\s*$/i;

/**
 * Whether a login is begun by a navigation that a page of another site led to, and so has to go by a page of the own origin first,
 * with which the cookie of a session travels. A browser without Fetch Metadata is told from an image or a style by `Accept`.
 *
 * @throws BffError `csrf-refused` for what is neither a navigation nor a call of an own page: an image, a frame or a script of
 * another site, sibling sites included
 */
export function isLoginFromAbroad(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined) {
    if (PAGE_OR_PROGRAM.test(headers.accept ?? '*/*')) return false;
    throw notBegun();
  }
  if (site === 'same-origin' || site === 'none') return false;
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (mode !== NAVIGATION.mode || destination !== NAVIGATION.destination) throw notBegun();
  return site !== 'same-site';
}

function notBegun(): BffError {
  return new BffError('csrf-refused', { detail: 'A login is begun by a page of this site, or by a link to it.' });
}
