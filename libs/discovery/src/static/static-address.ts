import type { Candidate } from '../instance.ts';

/** What an address written by hand names. */
export interface StaticAddress {
  readonly candidates: readonly Candidate[];
  /** Phrases that name the entry by its place, never by its text, which may hold a password. */
  readonly problems: readonly string[];
}

/**
 * Takes `http://a:4001,http://b:4001` apart. Ports default to 80 and 443; all entries have the same protocol and the same path,
 * because a call must not depend on which instance it reaches.
 */
export function parseAddresses(address: string): StaticAddress {
  const texts = address.split(',').map((text) => text.trim());
  const nameOf = (index: number): string => (texts.length === 1 ? '' : `entry ${index + 1} `);
  const problems = texts.flatMap((text, index) => problemsOf(text).map((problem) => nameOf(index) + problem));
  const urls = texts.filter((text) => problemsOf(text).length === 0).map((text) => new URL(text));
  const [first, ...others] = urls;
  if (others.some(({ protocol }) => protocol !== first!.protocol)) problems.push('must not mix http:// and https://');
  if (others.some((url) => pathOf(url) !== pathOf(first!))) problems.push('must have the same path in every entry');
  if (new Set(urls.map(({ host }) => host)).size < urls.length) problems.push('must not name an instance twice');
  return { candidates: urls.map(candidateOf), problems };
}

function problemsOf(text: string): string[] {
  if (!/^https?:\/\/[^/\\]/i.test(text)) return ['must start with http:// or https:// and a host'];
  if (!URL.canParse(text)) return ['must be a URL like http://127.0.0.1:4001, its port from 1 to 65535'];
  const { username, password, port } = new URL(text);
  const problems = [];
  if (username || password) problems.push('must not hold a user or password');
  if (/[?#]/.test(text)) problems.push('must not have a query or fragment');
  if (port === '0') problems.push('must have a port from 1 to 65535');
  return problems;
}

function pathOf(url: URL): string {
  return url.pathname.replace(/\/+$/, '');
}

function candidateOf({ protocol, hostname, port }: URL): Candidate {
  const isSecure = protocol === 'https:';
  return {
    protocol: isSecure ? 'https' : 'http',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
  };
}
