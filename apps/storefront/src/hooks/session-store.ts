import { useSyncExternalStore } from 'react';
import { onUnauthorized } from '../api/http.ts';
import { loadUser, signOut, type User } from '../api/session.ts';
import { settleBasket } from './basket-store.ts';
import { forgetSeen } from './use-resource.ts';

/**
 * Who uses the shop: not known yet, a guest, a customer, or one whose session ended while the page was open. `unknown` stays when the BFF
 * cannot tell; the shop then works as for a guest, and a guest's basket is left alone.
 */
export type Session =
  { state: 'unknown' } | { state: 'guest' } | { state: 'customer'; user: User } | { state: 'ended' };

const listeners = new Set<() => void>();
let session: Session = { state: 'unknown' };

function show(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Who uses the shop, as last heard. */
export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

/** Who uses the shop right now, for code that is not a component. */
export const currentSession = (): Session => session;

function endSession(): void {
  if (session.state !== 'customer') return;
  forgetSeen();
  show({ state: 'ended' });
}

/**
 * Asks who is signed in, and gives a customer their basket.
 *
 * @param basketRestored waited for before the guest's basket is taken from under whoever still reads it
 */
export async function restoreSession(basketRestored: Promise<void>): Promise<void> {
  onUnauthorized(endSession);
  try {
    const user = await loadUser();
    show(user ? { state: 'customer', user } : { state: 'guest' });
    await basketRestored;
    await settleBasket(user?.sub ?? null);
  } catch {
    // Without an answer about the user or their basket the shop works as it did before; the next visit asks again.
  }
}

/** Signs out here and at the identity provider, which the browser is sent to. Throws ApiError when that does not work. */
export async function leaveSession(): Promise<void> {
  const location = await signOut();
  forgetSeen();
  await settleBasket(null);
  window.location.assign(location);
}

/**
 * A page that comes back into view may be of somebody who has left since, in another tab or while the browser kept it: the cookie is
 * the browser's, so what is sent from it would be done for whoever is signed in now.
 */
export function watchReturn(): void {
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void checkCustomer();
  });
}

async function checkCustomer(): Promise<void> {
  if (session.state !== 'customer') return;
  const { sub } = session.user;
  const user = await loadUser({ quietly: true }).catch(() => undefined);
  if (user === null) endSession();
  else if (user !== undefined && user.sub !== sub) window.location.reload();
}
