import { type HttpAnswer, httpRequest } from '@portico/testing';
import type { CompletedLogin, Provider } from '../../src/provider/provider.ts';

/** Logs a user of Keycloak's realm in, whose password is the name, as a browser does it: the page, its form, the way back. */
export async function logInAtKeycloak(provider: Provider, user: string): Promise<CompletedLogin> {
  const { url, attempt } = await provider.beginLogin({ returnTo: '/' });
  const cookies = new Map<string, string>();
  const visit = async (address: string, form?: URLSearchParams): Promise<HttpAnswer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await httpRequest(address, {
      headers: { cookie, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form && { method: 'POST', body: form.toString() }),
    });
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  let page = await visit(url.href);
  // A pushed authorization request is answered by way of another page.
  if (page.headers.location !== undefined) page = await visit(page.headers.location);
  const action = /action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  if (action === undefined) throw new Error(`Keycloak showed no login form but answered ${page.status}`);
  const { headers } = await visit(action, new URLSearchParams({ username: user, password: user }));
  return provider.completeLogin(new URL(String(headers.location)), attempt);
}

/** An access token that a phone of this user holds. */
export async function mobileToken(issuer: string, user: string): Promise<string> {
  const answer = await httpRequest(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=password&client_id=mobile-app&username=${user}&password=${user}&scope=openid`,
  });
  return (answer.json() as { access_token: string }).access_token;
}
