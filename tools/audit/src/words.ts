import type { Access, Requirements, UpstreamToken } from '@portico/core';
import type { Upstream } from '@portico/upstream';
import { type BffDescription, type Operation, UNSAFE } from './operation.ts';

/** Who may call something, in words. Two of the same access read the same. */
export function accessInWords(access: Access | undefined): string {
  if (access === undefined) return 'NOBODY: not stated';
  if (access === 'public') return 'everybody';
  if (access === 'user') return 'any user';
  return requirementsInWords(access);
}

function requirementsInWords({ roles, scopes, claims, acr, maxAge, policy }: Requirements): string {
  const parts = [
    roles && `role ${oneOf(roles)}`,
    scopes && ('all' in scopes ? `scope ${[...scopes.all].sort().join(' and ')}` : `scope ${oneOf(scopes.any)}`),
    ...Object.entries(claims ?? {}).map(([name, values]) => `${name} ${oneOf(values)}`),
    acr && `login by ${oneOf(acr)}`,
    maxAge !== undefined && `login in the last ${maxAge} s`,
    policy && `policy ${policy.name}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}

const oneOf = (values: readonly string[]): string => [...values].sort().join(' or ');

/** What a call needs beside its credentials, against pages of other sites. */
export function csrfInWords(door: BffDescription['door'], { access }: Pick<Operation, 'access'>): string {
  // A browser adds no bearer token by itself, and a public operation looks at no cookie.
  return door === 'session' && access !== 'public' ? 'x-csrf' : '-';
}

/** The token that an upstream gets, in words. */
export function tokenInWords(token: UpstreamToken = 'none'): string {
  if (token === 'none') return '-';
  if (token === 'user') return "user's";
  const [kind, { audience, scope }] =
    'client' in token ? (["BFF's own", token.client] as const) : (['exchanged', token.exchange] as const);
  return [kind, audience && `for ${audience}`, scope && `(${scope})`].filter(Boolean).join(' ');
}

/** The header fields that tell an upstream who the user is. */
export function claimsInWords({ options }: Upstream): string {
  const fields = Object.entries(options.claims ?? {}).map(([field, claim]) => `${field}=${claim}`);
  return fields.length === 0 ? '-' : fields.join(' ');
}

/** A limit of bytes, as it is meant to be read. */
export function bytesInWords(bytes: number | undefined): string {
  if (bytes === undefined) return '-';
  for (const [unit, size] of [
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} B`;
}

/** The limit of bytes of a row that takes a body; the methods of the others read none. */
export function bodyInWords({ methods, maxBodyBytes }: Operation): string {
  return methods.some((method) => UNSAFE.has(method)) ? bytesInWords(maxBodyBytes) : '-';
}

/** Milliseconds, as they are meant to be read. */
export function timeInWords(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : `${milliseconds / 1000} s`;
}

/** Where a call ends up. */
export function destinationInWords({ kind, target, upstreams, handler }: Operation): string {
  if (target) return `${target.upstream.name} ${target.path.text}`;
  if (kind === 'view') return `view of ${upstreams.map(({ name }) => name).join(', ') || '?'}`;
  if (kind === 'unguarded') return 'a route on Fastify, no guard';
  return kind === 'files' ? 'files' : (handler ?? '?');
}
