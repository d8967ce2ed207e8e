/** Underscores are in no host name of RFC 1123, but in names that container networks and SRV records have. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;
/** The last label is a number: the system's resolver takes such a name (127.1, 0x7f000001) for an IPv4 address. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i;

/** Whether a resolver would take a text for a name and for nothing else. */
export function isHostName(text: string): boolean {
  return NAME.test(text) && !ENDS_IN_NUMBER.test(text);
}
