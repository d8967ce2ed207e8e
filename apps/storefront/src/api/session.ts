import { request } from './http.ts';

/** Who is signed in, as the BFF tells it; the tokens stay on the server. */
export type User = {
  sub: string;
  name?: string | null;
  email?: string | null;
};

/** One of the user's logins. Times are as `new Date()` takes them. */
export type Device = {
  handle: string;
  device: { userAgent: string; address: string };
  createdAt: number | string;
  lastSeenAt: number | string;
  current: boolean;
};

const SESSIONS = '/bff/sessions';

/** Who is signed in; null when nobody is. @param quietly does not count as use, which would prolong the session */
export async function loadUser({ quietly = false } = {}): Promise<User | null> {
  return (await request<User | null>(`/bff/user?anonymous=true${quietly ? '&slide=false' : ''}`)).data;
}

/** Ends this login. Returns the address to go on to, where the identity provider ends its own. */
export async function signOut(): Promise<string> {
  return (await request<{ location: string }>('/bff/logout', { method: 'POST' })).data.location;
}

/** A page of the user's logins, the newest first; `next` leads to the next one. */
export type DevicePage = { items: Device[]; next: string | null };

/** Where the user is signed in, this browser among them. @param after `next` of the page before */
export async function listDevices(signal?: AbortSignal, after?: string): Promise<DevicePage> {
  const query = after ? `?after=${encodeURIComponent(after)}` : '';
  return (await request<DevicePage>(`${SESSIONS}${query}`, signal && { signal })).data;
}

/** Ends the login of one device. */
export async function endDevice(handle: string): Promise<void> {
  await request(`${SESSIONS}/${encodeURIComponent(handle)}`, { method: 'DELETE' });
}

/** Ends every login of the user but this one. */
export async function endOtherDevices(): Promise<void> {
  await request(SESSIONS, { method: 'DELETE' });
}

/** Where a login begins that leads back to a path of the shop. */
export function signInUrl(returnUrl: string): string {
  return `/bff/login?returnUrl=${encodeURIComponent(returnUrl)}`;
}
