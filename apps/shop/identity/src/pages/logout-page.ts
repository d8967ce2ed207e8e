import { html } from './markup.ts';
import type { Page } from './page.ts';

/** Asks before logging out, when it is not certain that the user wants it. */
export function logoutPage(action: string, secret: string): Page {
  return {
    title: 'Log out',
    // The form leads on to where the client wants the browser, which was checked before.
    formTarget: 'http: https:',
    body: html`<h1>Log out?</h1>
      <p>You will be logged out of the shop and of everything else that you logged in to with this account.</p>
      <form method="post" action="${action}">
        <input type="hidden" name="xsrf" value="${secret}" />
        <button class="button" type="submit" name="logout" value="yes">Log out</button>
      </form>`,
  };
}

/** The end, for a client that does not say where to go on. */
export function loggedOutPage(): Page {
  return { title: 'Logged out', body: html`<h1>You are logged out</h1>` };
}
