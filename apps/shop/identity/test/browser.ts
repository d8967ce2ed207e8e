/** What a page answered. */
export interface PageAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** The little of a browser that a login needs: cookies by path, redirects, and the fields of a form. One origin's cookies only. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, Cookie>();

  /** @param origin the origin of the provider; redirects to anywhere else are not followed but returned */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Asks for a page and follows redirects within the origin. */
  open(url: URL | string): Promise<PageAnswer> {
    return this.#send(new URL(url, this.#origin), { method: 'GET' });
  }

  /** Fills in the first form of a page and sends it. Hidden fields go as they are. */
  submit(page: PageAnswer, fields: Readonly<Record<string, string>>): Promise<PageAnswer> {
    const [, action = ''] = /<form[^>]*action="([^"]*)"/.exec(page.text) ?? [];
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const body = new URLSearchParams({
      ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])),
      ...fields,
    });
    return this.#send(new URL(action, page.url), { method: 'POST', body });
  }

  /**
   * Goes through a login page, if one is shown.
   *
   * @returns where the provider sends the browser in the end, with the code
   */
  async logIn(authorizationUrl: URL, username: string, password = username): Promise<URL> {
    const page = await this.open(authorizationUrl);
    const end = page.status === 200 ? await this.submit(page, { username, password, action: 'log-in' }) : page;
    return target(end);
  }

  async #send(url: URL, init: RequestInit): Promise<PageAnswer> {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { cookie: this.#header(url), accept: 'text/html' },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const answer = { url, status: response.status, headers: response.headers, text: await response.text() };
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, url);
    return next?.origin === this.#origin ? this.#send(next, { method: 'GET' }) : answer;
  }

  #header({ pathname }: URL): string {
    return [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => `${name.split(' ')[0]}=${value}`)
      .join('; ');
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const [, path = '/'] = /; path=([^;]+)/i.exec(line) ?? [];
    if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(`${name} ${path}`);
    else this.#cookies.set(`${name} ${path}`, { value, path });
  }
}

/** Where an answer redirects to. @throws Error with the page when it does not */
export function target(answer: PageAnswer): URL {
  const location = answer.headers.get('location');
  if (location === null)
    throw new Error(`${answer.status} without redirect: ${answer.text.replace(/<style>.*<\/style>/s, '')}`);
  return new URL(location, answer.url);
}
