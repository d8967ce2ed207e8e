import { httpRequest, type HttpAnswer } from '@portico/testing';

/** A browser's visit to Keycloak: it keeps the cookies, so that a second login needs no password. */
export class KeycloakVisit {
  private readonly cookies = new Map<string, string>();

  /** Fills in the login form, unless there is a login already. Returns where Keycloak sends the browser back to. */
  async logIn(url: string, user: string): Promise<URL> {
    let page = await this.request(url);
    for (let { location } = page.headers; location !== undefined; { location } = page.headers) {
      if (!location.startsWith(new URL(url).origin)) return new URL(location);
      // A pushed request is answered by way of another page of its own.
      page = await this.request(location);
    }
    return this.submit(page, url, { username: user, password: user });
  }

  /** Goes to where a logout continues, and confirms it if Keycloak asks. Returns whether it did, and where the browser is sent back to. */
  async logOut(url: string): Promise<{ readonly asked: boolean; readonly back: URL }> {
    const page = await this.request(url);
    const { location } = page.headers;
    if (location !== undefined) return { asked: false, back: new URL(location) };
    return { asked: true, back: await this.submit(page, url, { confirmLogout: 'Logout' }) };
  }

  /** Sends the form of a page. @param base its address. Returns where Keycloak sends the browser to then. */
  private async submit(page: HttpAnswer, base: string, fields: Readonly<Record<string, string>>): Promise<URL> {
    const form = /<form[^>]*action="([^"]+)".*?<\/form>/s.exec(page.text);
    const action = form?.[1]?.replaceAll('&amp;', '&');
    if (form === null || action === undefined) throw new Error(`Keycloak shows no form but ${page.status}`);
    const hidden = [...form[0].matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const kept = hidden.map(([, name = '', value = '']) => [name, value]);
    const body = new URLSearchParams({ ...Object.fromEntries(kept), ...fields }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.request(new URL(action, base).href, { method: 'POST', body, headers });
    if (answer.headers.location === undefined) throw new Error(`Keycloak refused the form with ${answer.status}`);
    return new URL(answer.headers.location);
  }

  async request(
    url: string,
    { headers = {}, ...rest }: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<HttpAnswer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await httpRequest(url, { ...rest, headers: { ...headers, ...(cookie !== '' && { cookie }) } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    return answer;
  }
}

/** Keycloak's admin API, for the realm of the tests. */
export class KeycloakAdmin {
  /** @param url of Keycloak, without a slash at the end */
  constructor(private readonly url: string) {}

  async endSession(sid: string): Promise<void> {
    await this.call('DELETE', `/sessions/${sid}`);
  }

  /** Takes a realm role from a user. Returns what gives it back. */
  async takeRole(user: string, role: string): Promise<() => Promise<void>> {
    const [found] = (await this.call('GET', `/users?username=${user}&exact=true`)).json<{ id: string }[]>();
    const roles = [(await this.call('GET', `/roles/${role}`)).json<object>()];
    const path = `/users/${found?.id}/role-mappings/realm`;
    await this.call('DELETE', path, roles);
    return async () => void (await this.call('POST', path, roles));
  }

  /** Signs with a new key from now on; the old ones stay in the key set. Returns what takes it away again. */
  async rotateKeys(): Promise<() => Promise<void>> {
    const realm = (await this.call('GET', '')).json<{ id: string }>().id;
    const created = await this.call('POST', '/components', {
      name: 'next',
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId: realm,
      config: { priority: ['200'], algorithm: ['RS256'] },
    });
    const id = created.headers.location?.split('/').at(-1);
    return async () => void (await this.call('DELETE', `/components/${id}`));
  }

  private async call(method: string, path: string, body?: object): Promise<HttpAnswer> {
    const answer = await httpRequest(`${this.url}/admin/realms/portico${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered with ${answer.status}: ${answer.text}`);
    return answer;
  }

  private async token(): Promise<string> {
    const body = 'grant_type=password&client_id=admin-cli&username=admin&password=admin';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const address = `${this.url}/realms/master/protocol/openid-connect/token`;
    const answer = await httpRequest(address, { method: 'POST', body, headers });
    return answer.json<{ access_token: string }>().access_token;
  }
}
