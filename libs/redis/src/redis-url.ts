/**
 * What is wrong with the address of a Redis server; undefined when it can be used: `redis://` or, over TLS, `rediss://`, then
 * `[user:password@]host[:port][/database]`. The sentence never repeats the address: it may hold a password.
 */
export function redisUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return 'must be redis://host:port, or rediss://host:port for TLS, with user:password@ before the host if there is one';
  }
  if (!isEncodedWell(url.username + url.password)) return 'must have user and password percent-encoded';
  if (!/^(\/\d{0,4})?$/.test(url.pathname))
    return 'after the host may follow the number of a database only, such as /0';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or a fragment';
  return undefined;
}

/** `host:port` of an address, for logs: without user and password. */
export function redisAddress(text: string): string {
  const { hostname, port } = new URL(text);
  return `${hostname}:${port === '' ? '6379' : port}`;
}

function isEncodedWell(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
