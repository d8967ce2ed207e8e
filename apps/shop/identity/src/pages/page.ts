import type { FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** A page of the provider. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Where its form may lead in the end, beside this server: CSP looks at redirects too. */
  readonly formTarget?: string;
}

// Not a part of the template below, whose white space would change what is hashed.
const STYLE_ELEMENT = new Markup(`<style>${STYLE}</style>`);
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The page as HTML. */
export function render({ title, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Hearth &amp; Heath</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <p class="brand">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path class="brand-arch" d="M5 29V15a11 11 0 0 1 22 0v14z" />
              <path class="brand-hill" d="M5 29v-7c4-4 8-4 12 0s7 3 10 0v7z" />
              <circle class="brand-sun" cx="16" cy="13" r="3.5" />
            </svg>
            <span>Hearth <span class="brand-and">&amp;</span> Heath</span>
          </p>
          ${body}
        </main>
      </body>
    </html>`.text;
}

/** The headers of every page: no script, no frame, nothing from elsewhere, and no copy kept. */
export function headersOf({ formTarget }: Page): Record<string, string> {
  const targets = ["'self'", ...(formTarget === undefined ? [] : [formTarget])].join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

/** Answers a request of oidc-provider with a page. */
export function sendPage(ctx: { set(headers: Record<string, string>): void; body: unknown }, page: Page): void {
  ctx.body = render(page);
  ctx.set(headersOf(page));
}

/** Answers a request of Nest with a page. */
export function replyPage(reply: FastifyReply, status: number, page: Page): void {
  void reply.code(status).headers(headersOf(page)).send(render(page));
}

/** Says that there were too many attempts. @param wait milliseconds */
export function replyThrottled(reply: FastifyReply, wait: number): void {
  const minutes = Math.ceil(wait / 60_000);
  reply.header('retry-after', Math.ceil(wait / 1000));
  replyPage(reply, 429, {
    title: 'Error: too many attempts',
    body: html`<h1>Too many attempts</h1>
      <p class="error" role="alert">
        Wait ${minutes === 1 ? 'a minute' : html`${minutes} minutes`}, then go back and try again.
      </p>`,
  });
}

/** The origin of a redirect URI, as a source of a Content-Security-Policy; the scheme for those of apps. */
export function originOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
}
