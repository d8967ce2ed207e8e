import { type HttpAnswer, httpRequest, type HttpRequestOptions } from './http-client.ts';

/** Goes through the pages of an identity provider; returns where it sends the browser in the end. */
export type VisitProvider = (authorizationUrl: string) => Promise<string>;

/**
 * The little of a browser that a session needs: it keeps the cookies of one BFF, and says `x-csrf` as its pages do. For tests of a
 * BFF as somebody who is logged in.
 */
export class HttpBrowser {
  private readonly cookies = new Map<string, string>();

  /** The value of the `Cookie` header that it sends. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Asks the BFF, or any replica of it. */
  async ask(url: string, { headers, ...options }: HttpRequestOptions = {}): Promise<HttpAnswer> {
    const own = { 'x-csrf': '1', ...(this.cookies.size > 0 && { cookie: this.cookie }) };
    const answer = await httpRequest(url, { ...options, headers: { ...own, ...headers } });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.keep(line);
    return answer;
  }

  /** `ask` with a JSON body. */
  post(url: string, body: object): Promise<HttpAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.ask(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /**
   * Logs in.
   *
   * @param bff where the login begins
   * @param callback the replica that the provider's answer is brought to; default the same
   * @param visitProvider default: a provider that asks nothing, as `startFakeIdentityProvider` is
   */
  async logIn(
    bff: string,
    { callback = bff, visitProvider = visitOnce }: { callback?: string; visitProvider?: VisitProvider } = {},
  ): Promise<HttpAnswer> {
    const begun = await this.ask(`${bff}/bff/login?returnUrl=/`);
    if (begun.headers.location === undefined) throw new Error(`no login begins: ${begun.status} ${begun.text}`);
    const { pathname, search } = new URL(await visitProvider(begun.headers.location));
    return this.ask(`${callback}${pathname}${search}`);
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

async function visitOnce(authorizationUrl: string): Promise<string> {
  const { headers, status, text } = await httpRequest(authorizationUrl);
  if (headers.location === undefined) throw new Error(`the provider sends nobody back: ${status} ${text}`);
  return headers.location;
}
