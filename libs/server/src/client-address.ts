import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { forwardedElements } from './forwarded-elements.ts';
import { isValidHost } from './request-check.ts';
import type { ServerConfig } from './server-config.ts';
import type { Client } from '@portico/core';
import { plainAddress } from '@portico/net';

interface Peer {
  readonly address: string;
  readonly trusted: boolean;
  /** Whether it may send requests when it is the client itself. */
  readonly allowed: boolean;
}

const PEER = Symbol('portico.peer');

/** Who is at the other end of the socket; looked up once for each connection. */
function peerOf(socket: Socket & { [PEER]?: Peer }, config: ServerConfig): Peer {
  const known = socket[PEER];
  if (known) return known;
  const { TRUSTED_PROXIES, ALLOWED_ADDRESSES } = config;
  const plain = plainAddress(socket.remoteAddress ?? '');
  const trusted = plain !== undefined && TRUSTED_PROXIES.contains(plain);
  const allowed = ALLOWED_ADDRESSES.isEmpty || (plain !== undefined && ALLOWED_ADDRESSES.contains(plain));
  return (socket[PEER] = { address: plain ?? '0.0.0.0', trusted, allowed });
}

/** What a proxy says of one hop. */
interface Hop {
  readonly address?: string | undefined;
  readonly protocol?: string | undefined;
  readonly host?: string | undefined;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

const last = (value: string | undefined): string | undefined => value?.slice(value.lastIndexOf(',') + 1).trim();

/** An address as proxies write it: bare, `1.2.3.4:567`, `[2001:db8::1]` or `[2001:db8::1]:567`. */
function hopAddress(text: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed.includes(':') ? plainAddress(bracketed) : undefined;
  return plainAddress(/^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text);
}

function hopsOfXForwarded(request: IncomingMessage): Hop[] {
  const addresses = headerOf(request, 'x-forwarded-for')?.split(',') ?? [];
  const hops: Hop[] = addresses.map((address) => ({ address: hopAddress(address.trim()) }));
  const protocol = last(headerOf(request, 'x-forwarded-proto'));
  const host = last(headerOf(request, 'x-forwarded-host'));
  return hops.length === 0
    ? [{ address: undefined, protocol, host }]
    : hops.map(({ address }) => ({ address, protocol, host }));
}

/** RFC 7239. An element without an address, or one that is no element, ends the chain of trust. */
function hopsOfForwarded(request: IncomingMessage): Hop[] {
  const value = headerOf(request, 'forwarded');
  if (value === undefined) return [];
  return forwardedElements(value).map((said) => ({
    address: hopAddress(said.get('for') ?? ''),
    protocol: said.get('proto'),
    host: said.get('host'),
  }));
}

/** The hops from the right, up to the first whose address is no trusted proxy's: that one is the client. */
function believedHops(hops: readonly Hop[], config: ServerConfig): Hop[] {
  const client = hops.findLastIndex(
    ({ address }) => address === undefined || !config.TRUSTED_PROXIES.contains(address),
  );
  return hops.slice(Math.max(client, 0));
}

function hopsOf(request: IncomingMessage, config: ServerConfig): Hop[] {
  return config.TRUSTED_PROXY_HEADERS === 'forwarded' ? hopsOfForwarded(request) : hopsOfXForwarded(request);
}

/** The client as the trusted proxies describe it. What the proxy nearest to it said of it counts. */
function clientBehindProxies(request: IncomingMessage, peer: Peer, config: ServerConfig): Client {
  const believed = believedHops(hopsOf(request, config), config);
  const said = <K extends keyof Hop>(name: K): Hop[K] => believed.find((hop) => hop[name] !== undefined)?.[name];
  const host = said('host');
  return {
    address: said('address') ?? peer.address,
    protocol: said('protocol')?.toLowerCase() === 'https' ? 'https' : 'http',
    host: host !== undefined && isValidHost(host) ? host : (request.headers.host ?? ''),
  };
}

/**
 * Who sent the request. Forwarding headers count only when the socket's peer is in `TRUSTED_PROXIES`, and of the two
 * families (`X-Forwarded-*`, `Forwarded`) only the configured one: the proxies may leave a client's other one untouched.
 */
export function clientOf(request: IncomingMessage, config: ServerConfig): Client {
  const peer = peerOf(request.socket, config);
  if (peer.trusted) return clientBehindProxies(request, peer, config);
  return { address: peer.address, protocol: 'http', host: request.headers.host ?? '' };
}

/**
 * Whether the client's address is in `ALLOWED_ADDRESSES`; everybody's is when that is not set. For a client that speaks to
 * this process itself it is decided once for its connection.
 *
 * @param client what `clientOf` made of the request
 */
export function isAllowed(request: IncomingMessage, client: Client, config: ServerConfig): boolean {
  const peer = peerOf(request.socket, config);
  if (config.ALLOWED_ADDRESSES.isEmpty || !peer.trusted) return peer.allowed;
  return isNamed(request, config) && config.ALLOWED_ADDRESSES.contains(client.address);
}

/**
 * Whether the proxies say an address of whom they speak for, or speak for nobody. `unknown`, a name, `127.1` is a client
 * that nobody can place; its requests must not count as the proxy's own, which may well be allowed.
 */
function isNamed(request: IncomingMessage, config: ServerConfig): boolean {
  const field = config.TRUSTED_PROXY_HEADERS === 'forwarded' ? 'forwarded' : 'x-forwarded-for';
  if (request.headers[field] === undefined) return true;
  return believedHops(hopsOf(request, config), config)[0]?.address !== undefined;
}
