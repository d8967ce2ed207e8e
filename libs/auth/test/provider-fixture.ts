import { BffError, type Principal } from '@portico/core';
import { type FakeIdentityProvider, httpRequest } from '@portico/testing';
import { createProvider } from '../src/provider/create-provider.ts';
import type { ProviderSettings } from '../src/provider/provider-settings.ts';
import type { CompletedLogin, LoginWishes, Provider } from '../src/provider/provider.ts';
import type { Session } from '../src/session/session.ts';

/** Origin of the BFF of these tests; nobody listens there. */
export const PUBLIC_URL = 'http://127.0.0.1:3999';

/** A client of a fake provider, with times for tests. */
export function providerOf(fake: FakeIdentityProvider, settings: Partial<ProviderSettings> = {}): Provider {
  return createProvider({
    issuer: fake.issuer,
    clientId: 'web-bff',
    clientSecret: 'web-bff-secret',
    publicUrl: PUBLIC_URL,
    scope: 'openid profile email',
    rolesClaim: 'roles',
    timeout: 5_000,
    coolDown: 50,
    ...settings,
  });
}

/** Follows the browser's way to the provider. Returns where it is sent back to. */
export async function visit(url: URL): Promise<URL> {
  const answer = await httpRequest(url.href);
  if (answer.headers.location === undefined) throw new Error(`the provider answered ${answer.status}: ${answer.text}`);
  return new URL(answer.headers.location);
}

/** A whole login of the user that the fake provider has. */
export async function logIn(provider: Provider, wishes: Partial<LoginWishes> = {}): Promise<CompletedLogin> {
  const { url, attempt } = await provider.beginLogin({ returnTo: '/', ...wishes });
  return provider.completeLogin(await visit(url), attempt);
}

/** The session that a login is made into. */
export function sessionOf({ principal, tokens, providerSession }: CompletedLogin): Session {
  const now = Date.now();
  return {
    principal,
    tokens,
    providerSession,
    device: { userAgent: 'test', address: '127.0.0.1' },
    handle: 'handle',
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + 3_600_000,
    idleExpiresAt: now + 1_800_000,
    logoutToken: 'logout-token',
  };
}

/** The error that a promise is rejected with. */
export async function errorOf(work: Promise<unknown>): Promise<BffError> {
  const error = await work.then(
    (value) => new Error(`did not fail but brought ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BffError)) throw error;
  return error;
}

/** Everything that an error would show if it were logged to the bottom. */
export function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const own = Object.fromEntries(Object.entries(error).filter(([name]) => name !== 'cause'));
  return `${error.stack} ${JSON.stringify(own)} ${error.cause === undefined ? '' : allOf(error.cause)}`;
}

/** A principal's sets as lists, for comparison. */
export function plain(principal: Principal) {
  return { ...principal, roles: [...principal.roles], scopes: [...principal.scopes] };
}
