import { useCallback, useEffect, useState } from 'react';
import { ApiError, onUnauthorized } from '../api/http.ts';
import { loadUser, signOut, type User } from '../api/session.ts';

/** Who uses the console: not known yet, not to be found out, nobody, somebody, or somebody whose session ended meanwhile. */
export type Session =
  | { state: 'unknown' }
  | { state: 'failed'; error: ApiError }
  | { state: 'nobody' }
  | { state: 'user'; user: User }
  | { state: 'ended' };

/** The session of this page, the way to ask for it again, and the way out. */
export function useSession() {
  const [session, setSession] = useState<Session>({ state: 'unknown' });
  const ask = useCallback(() => {
    loadUser().then(
      (user) => setSession(user ? { state: 'user', user } : { state: 'nobody' }),
      (error: unknown) =>
        setSession({ state: 'failed', error: error instanceof ApiError ? error : new ApiError(0, String(error)) }),
    );
  }, []);

  useEffect(() => {
    onUnauthorized(() => setSession((known) => (known.state === 'user' ? { state: 'ended' } : known)));
    ask();
    // A page that the browser kept and shows again may be somebody else's by now.
    const reloadKept = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload();
    };
    window.addEventListener('pageshow', reloadKept);
    return () => window.removeEventListener('pageshow', reloadKept);
  }, [ask]);

  const sub = session.state === 'user' ? session.user.sub : null;
  useEffect(() => {
    if (sub === null) return;
    // In another tab somebody else may have signed in, for whom all would be done that is sent from here.
    const check = async () => {
      if (document.visibilityState !== 'visible') return;
      const user = await loadUser({ quietly: true }).catch(() => undefined);
      if (user === null) setSession({ state: 'ended' });
      else if (user !== undefined && user.sub !== sub) window.location.reload();
    };
    const listener = () => void check();
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  }, [sub]);

  const leave = async () => window.location.assign(await signOut());
  return { session, ask, leave };
}
