import { type HttpAnswer, httpRequest } from '@portico/testing';

/** The little of a browser that a session needs: it keeps cookies, and says `x-csrf` as the pages of a BFF do. */
export class HttpBrowser {
  private readonly cookies = new Map<string, string>();

  /** Asks any of the replicas of one origin. */
  async get(url: string): Promise<HttpAnswer> {
    return this.keep(await httpRequest(url, { headers: this.headers() }));
  }

  async post(url: string): Promise<HttpAnswer> {
    return this.keep(await httpRequest(url, { method: 'POST', headers: this.headers() }));
  }

  /** The value of the `Cookie` header that it sends. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /**
   * Logs in at a BFF, with a provider that asks nothing. The answer of the provider is brought to `callback`, which may be
   * another replica.
   */
  async logIn(bff: string, callback = bff): Promise<HttpAnswer> {
    const begun = await this.get(`${bff}/bff/login?returnUrl=/`);
    const atProvider = await httpRequest(begun.headers['location']!);
    const back = new URL(atProvider.headers['location']!);
    return this.get(`${callback}${back.pathname}${back.search}`);
  }

  private headers(): Record<string, string> {
    return { 'x-csrf': '1', ...(this.cookies.size > 0 && { cookie: this.cookie }) };
  }

  private keep(answer: HttpAnswer): HttpAnswer {
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}
