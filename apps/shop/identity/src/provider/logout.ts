import { Logger } from '@nestjs/common';
import type { Database } from '@portico/shop-kit';
import type { Client, KoaContextWithOIDC, Provider, Session } from 'oidc-provider';
import { logoutPage, loggedOutPage } from '../pages/logout-page.ts';
import { sendPage } from '../pages/page.ts';
import { revokeGrants, revokeSession, sessionsOf } from './artifact.adapter.ts';

const logger = new Logger('Logout');

/** @returns the method that posts a logout token to a client, which the library has but its types do not name */
type Notify = Client & { backchannelLogout(sub: string, sid: string | undefined): Promise<void> };

/**
 * Ends the session of a browser here and at all clients it logged in to: revokes its grants, then posts a logout token to each client,
 * once, and waits for their answers (2.5 s at most).
 */
export async function endSession(provider: Provider, database: Database, session: Session): Promise<void> {
  await revokeSession(database, session.uid);
  const authorizations = Object.entries(session.authorizations ?? {});
  await revokeGrants(
    database,
    authorizations.flatMap(([, { grantId }]) => grantId ?? []),
  );
  await session.destroy();
  await Promise.all(authorizations.map(([clientId, { sid }]) => notify(provider, clientId, session.accountId, sid)));
}

/** Ends all sessions of a user. @returns how many there were */
export async function endSessionsOf(provider: Provider, database: Database, accountId: string): Promise<number> {
  const ids = await sessionsOf(database, accountId);
  const sessions = await Promise.all(ids.map((id) => provider.Session.find<Session>(id)));
  const alive = sessions.filter((session) => session !== undefined);
  await Promise.all(alive.map((session) => endSession(provider, database, session)));
  return ids.length;
}

async function notify(provider: Provider, clientId: string, sub: string | undefined, sid: string | undefined) {
  try {
    const client = (await provider.Client.find(clientId)) as Notify | undefined;
    if (client?.backchannelLogoutUri && sub !== undefined) await client.backchannelLogout(sub, sid);
  } catch (error) {
    logger.warn(`${clientId} was not told of a logout: ${error instanceof Error ? error.message : 'no answer'}`);
  }
}

/**
 * The end-session page: whoever brings an ID token of the user who is logged in, or names the login by the `sid` that only its client
 * knows, is logged out at once; all others are asked, since any page could have sent them.
 */
export async function logoutSource(ctx: KoaContextWithOIDC, database: Database): Promise<void> {
  const session = ctx.oidc.session as Session & { state?: Record<string, unknown> };
  if (!isKnownToCaller(ctx, session)) {
    const { secret } = session.state ?? {};
    const action = new URL(ctx.oidc.urlFor('end_session_confirm')).pathname;
    return sendPage(ctx, logoutPage({ action, secret: String(secret), target: targetOf(ctx) }));
  }
  await endSession(ctx.oidc.provider, database, session);
  ctx.cookies.set(ctx.oidc.provider.cookieName('session'), null, { signed: true });
  goOn(ctx);
}

function isKnownToCaller({ oidc }: KoaContextWithOIDC, { accountId, authorizations = {} }: Session): boolean {
  const hint = oidc.entities.IdTokenHint as { payload: { sub?: string } } | undefined;
  if (hint) return hint.payload.sub === accountId;
  const { client_id: client, logout_hint: sid } = oidc.params ?? {};
  return typeof client === 'string' && typeof sid === 'string' && authorizations[client]?.sid === sid;
}

/** A middleware that sends those on at once who end a session that is none; the library would show them a page with a script. */
export async function skipEmptyLogout(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const { oidc } = ctx as Partial<KoaContextWithOIDC>;
  if (oidc?.route !== 'end_session' || ctx.status !== 200) return;
  if (oidc.session?.accountId === undefined) goOn(ctx);
}

/** A middleware that revokes all that came of a session which the library has ended; it does so only for the last grant of each client. */
export function revokeEnded(database: Database) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const session = oidc?.session as (Session & { destroyed?: boolean }) | undefined;
    if (oidc?.route === 'end_session_confirm' && session?.destroyed) await revokeSession(database, session.uid);
  };
}

function goOn(ctx: KoaContextWithOIDC): void {
  const { state } = ctx.oidc.params ?? {};
  const target = targetOf(ctx);
  if (target === undefined) return sendPage(ctx, loggedOutPage());
  const url = new URL(target);
  if (typeof state === 'string') url.searchParams.set('state', state);
  ctx.status = 303;
  ctx.redirect(url.href);
}

/** Where the client wants the browser after the logout, which the library has checked. */
function targetOf({ oidc }: KoaContextWithOIDC): string | undefined {
  const target = oidc.params?.['post_logout_redirect_uri'];
  return typeof target === 'string' ? target : undefined;
}
