import { html } from './markup.ts';
import type { Page } from './page.ts';

/** Says that a request cannot be served, and why, in the words of OAuth. */
export function errorPage(code: string, description: string | undefined): Page {
  return {
    title: 'Error',
    body: html`<h1>That did not work</h1>
      <p>Go back to where you came from and try again. If it stays like this, tell us the following.</p>
      <p class="error" role="alert">${code}${description !== undefined && html`: ${description}`}</p>`,
  };
}

/** The login page was left open too long, or belongs to another browser. */
export function loginOverPage(): Page {
  return {
    title: 'Login ended',
    body: html`<h1>This login has ended</h1>
      <p>It took too long, or it was finished in another tab. Go back to the shop and log in from there.</p>`,
  };
}
