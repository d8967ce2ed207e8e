import { request } from './http.ts';

/** Who is signed in, as the BFF tells it; the tokens stay on the server. */
export type User = { sub: string; name?: string | null; email?: string | null };

/** A session of some user, at the BFF named. Times are as `new Date()` takes them. */
export type StaffSession = {
  bff: string;
  handle: string;
  device: { userAgent: string; address: string };
  createdAt: number | string;
  lastSeenAt: number | string;
  expiresAt: number | string;
};

const staffSessions = (...path: string[]): string => ['/bff/staff/sessions', ...path.map(encodeURIComponent)].join('/');

/** Who is signed in; null when nobody is. @param quietly does not count as use, which would prolong the session */
export const loadUser = ({ quietly = false } = {}): Promise<User | null> =>
  request<User | null>(`/bff/user?anonymous=true${quietly ? '&slide=false' : ''}`);

/** Ends this login. Returns the address to go on to, where the identity provider ends its own. */
export async function signOut(): Promise<string> {
  return (await request<{ location: string }>('/bff/logout', { method: 'POST' })).location;
}

/** Where a login begins that leads back to a path of the console. */
export const signInUrl = (returnUrl: string): string => `/bff/login?returnUrl=${encodeURIComponent(returnUrl)}`;

/**
 * A page of where a user is signed in, the newest session first; `next` leads to the next one. `unseen` names the BFFs whose
 * sessions cannot be seen and ended from here.
 */
export type StaffSessions = { items: StaffSession[]; next: string | null; unseen: string[] };

/** Where a user is signed in, at all BFFs that can be seen. @param user their `sub` at the identity provider @param after `next` of the page before */
export const listSessions = (user: string, signal?: AbortSignal, after?: string): Promise<StaffSessions> =>
  request<StaffSessions>(
    `${staffSessions(user)}${after ? `?after=${encodeURIComponent(after)}` : ''}`,
    signal && { signal },
  );

/** Ends one session of a user. */
export const endSession = (user: string, handle: string): Promise<void> =>
  request<void>(staffSessions(user, handle), { method: 'DELETE' });

/** Ends all sessions of a user. Returns how many there were. */
export async function endSessions(user: string): Promise<number> {
  return (await request<{ ended: number }>(staffSessions(user), { method: 'DELETE' })).ended;
}
