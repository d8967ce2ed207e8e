import { BffError } from '@portico/core';
import type { PathTemplate } from './path-template.ts';

/** Origin-form with nothing that could be read in two ways: no escapes and no segment that starts with a dot. */
const PLAIN = /^\/(?![/.])(?:[!"$&-.0->@-[\]-~]|\/(?!\.))*(?:\?[!-"$-~]*)?$/;
const QUERY = /^[!-"$-~]*$/;
const PATH = /^\/(?!\/)(?:[!-"$&-[\]-~]|%[0-9A-Fa-f]{2})*$/;
const CONTROL = /[^ -~]/;
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\;?#]|$)/;
const STACKED_ESCAPE = /%(?:25)+(?=[0-9A-Fa-f]{2})/g;
const ASCII_ESCAPE = /%[0-7][0-9A-Fa-f]/g;
const OVERLONG = /%(?:c[01]|e0%[89]|f0%8|f[5-9a-f])/i;
const MAX_LAYERS = 4;

/**
 * Refuses request targets that an upstream could read as another path than the gateway did: dot segments in any
 * spelling, backslashes, control and non-ASCII bytes, broken or overlong escapes, a leading `//`. All others pass.
 *
 * @param target request target in origin form, as received
 * @returns where the path ends: the index of `?`, or the length
 * @throws BffError `request-malformed`
 */
export function checkTarget(target: string): number {
  const question = target.indexOf('?');
  const end = question === -1 ? target.length : question;
  if (!PLAIN.test(target)) examine(target.slice(0, end), target.slice(end + 1));
  return end;
}

function examine(path: string, query: string): void {
  if (!PATH.test(path) || !QUERY.test(query))
    throw malformed('the request target holds characters that are not allowed');
  if (!isUtf8(path)) throw malformed('the path is not valid UTF-8');
  let decoded = path;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const collapsed = decoded.replace(STACKED_ESCAPE, '%');
    if (OVERLONG.test(collapsed)) throw malformed('the path is not valid UTF-8');
    const next = collapsed.replace(ASCII_ESCAPE, unescapeAscii);
    if (CONTROL.test(next) || next.includes('\\'))
      throw malformed('the path holds an escaped control character or backslash');
    if (DOT_SEGMENT.test(next)) throw malformed('the path holds dot segments');
    if (next === decoded) return;
    decoded = next;
  }
  throw malformed('the path is percent-encoded too many times');
}

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function unescapeAscii(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
}

function malformed(detail: string): BffError {
  return new BffError('request-malformed', { detail });
}

/** Writes the path for the upstream from a raw public path. */
export type PathWriter = (path: string) => string;

/**
 * Prepares the way from the public path to the upstream's: parameters and the rest are slices of the raw path, put
 * between the static pieces of `to`, so their bytes stay what they were.
 *
 * @param path public template
 * @param to upstream template; its parameters must be among those of `path`
 */
export function compilePath(path: PathTemplate, to: PathTemplate): PathWriter {
  const literals = [''];
  const indexes: number[] = [];
  for (const segment of to.segments) {
    literals[literals.length - 1] += segment.kind === 'static' ? `/${segment.text}` : '/';
    if (segment.kind === 'static') continue;
    indexes.push(path.segments.findIndex((one) => one.kind === segment.kind && nameOf(one) === nameOf(segment)));
    literals.push('');
  }
  if (to.endsWithSlash) literals[literals.length - 1] += '/';
  const head = literals[0]! === '' ? '/' : literals[0]!;
  if (indexes.length === 0) return () => head;
  const isRest = indexes.map((index) => path.segments[index]!.kind === 'rest');
  return (raw) => {
    let target = head;
    for (let i = 0; i < indexes.length; i++) {
      target += sliceOf(raw, indexes[i]!, isRest[i]!) + literals[i + 1]!;
    }
    return target;
  };
}

function nameOf(segment: PathTemplate['segments'][number]): string {
  return segment.kind === 'parameter' ? segment.name : '';
}

/** The segment number `index` of a raw path, or all from there on. */
function sliceOf(raw: string, index: number, isRest: boolean): string {
  let start = 1;
  for (let i = 0; i < index; i++) start = raw.indexOf('/', start) + 1;
  if (!isRest) {
    const end = raw.indexOf('/', start);
    return end === -1 ? raw.slice(start) : raw.slice(start, end);
  }
  if (raw.charCodeAt(start) === 47) throw malformed('the path holds "//"');
  return raw.slice(start);
}
