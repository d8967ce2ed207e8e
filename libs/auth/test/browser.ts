import { type HttpAnswer, httpRequest } from '@portico/testing';

interface Cookie {
  readonly value: string;
  readonly sameSite: string;
}

/** How a browser comes to make a request. */
export interface Visit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether a page of another site led here: cookies that are SameSite=Strict stay at home. */
  readonly fromAbroad?: boolean;
}

/** What a browser keeps of a BFF: its cookies, by the rules of `__Host-` and SameSite. */
export class Browser {
  readonly cookies = new Map<string, Cookie>();

  /** @param url where the BFF listens */
  constructor(private readonly url: string) {}

  /** A copy, as a second browser with stolen cookies. */
  copy(): Browser {
    const other = new Browser(this.url);
    for (const [name, cookie] of this.cookies) other.cookies.set(name, cookie);
    return other;
  }

  cookieHeader(fromAbroad = false): string {
    const sent = [...this.cookies].filter(([, { sameSite }]) => !fromAbroad || sameSite === 'Lax');
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  async visit(path: string, { fromAbroad = false, headers = {}, ...rest }: Visit = {}): Promise<HttpAnswer> {
    const cookie = this.cookieHeader(fromAbroad);
    const answer = await httpRequest(`${this.url}${path}`, {
      ...rest,
      headers: { ...(cookie !== '' && { cookie }), ...headers },
    });
    for (const line of answer.headers['set-cookie'] ?? []) this.keep(line);
    return answer;
  }

  /** A call of a page of the BFF. */
  call(path: string, visit: Visit = {}): Promise<HttpAnswer> {
    return this.visit(path, {
      ...visit,
      headers: { 'x-csrf': '1', 'sec-fetch-site': 'same-origin', ...visit.headers },
    });
  }

  /** Begins a login; returns the path of the callback that the provider sends the browser to. */
  async begin(query = ''): Promise<string> {
    const { headers, status, text } = await this.visit(`/bff/login${query}`);
    if (headers.location === undefined) throw new Error(`login answered ${status}: ${text}`);
    const { headers: back } = await httpRequest(headers.location);
    const { pathname, search } = new URL(back.location ?? '');
    return `${pathname}${search}`;
  }

  /** A whole login. */
  async logIn(query = ''): Promise<HttpAnswer> {
    return this.visit(await this.begin(query), { fromAbroad: true });
  }

  /** The form post of a page of the BFF. */
  submit(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const body = new URLSearchParams(fields).toString();
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    return this.visit(path, { method: 'POST', body, headers: form });
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const isHost = ['Path=/', 'Secure', 'HttpOnly'].every((one) => attributes.includes(one)) && !/domain/i.test(line);
    if (!name.startsWith('__Host-') || !isHost) throw new Error(`not a __Host- cookie: ${line}`);
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, { value, sameSite: /SameSite=(\w+)/.exec(line)?.[1] ?? '' });
  }
}
