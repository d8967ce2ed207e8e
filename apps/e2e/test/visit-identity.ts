import type { VisitProvider } from '@portico/testing';

/** Through the login page of the sample identity provider, by its form; the test users' passwords are their names. */
export function visitIdentityAs(user: string): VisitProvider {
  return async (authorizationUrl) => {
    const cookies = new Map<string, string>();
    const { origin } = new URL(authorizationUrl);
    const load = async (url: URL, body?: URLSearchParams): Promise<{ url: URL; text: string }> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const method = body ? 'POST' : 'GET';
      const answer = await fetch(url, { method, redirect: 'manual', headers: { cookie }, ...(body && { body }) });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const text = await answer.text();
      const location = answer.headers.get('location');
      if (location === null) return { url, text };
      const next = new URL(location, url);
      return next.origin === origin ? load(next) : { url: next, text };
    };
    const page = await load(new URL(authorizationUrl));
    const action = /<form[^>]*action="([^"]*)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`identity shows no form: ${page.text}`);
    const fields = new URLSearchParams({ username: user, password: user, action: 'log-in' });
    return (await load(new URL(action, page.url), fields)).url.href;
  };
}
