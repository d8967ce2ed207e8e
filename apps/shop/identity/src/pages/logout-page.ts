import { html } from './markup.ts';
import { originOf, type Page } from './page.ts';

/** What the page that asks is made for. */
export interface LogoutForm {
  /** Path that the form is sent to. */
  readonly action: string;
  /** Proves that the form was seen. */
  readonly secret: string;
  /** Where the client wants the browser in the end. */
  readonly target: string | undefined;
}

/** Asks before logging out, when it is not certain that the user wants it. */
export function logoutPage({ action, secret, target }: LogoutForm): Page {
  return {
    title: 'Log out',
    ...(target !== undefined && { formTarget: originOf(target) }),
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
