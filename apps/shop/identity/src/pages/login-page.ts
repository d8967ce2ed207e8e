import { TEST_USERS } from '../accounts/test-users.ts';
import { fieldOf } from './field.ts';
import { html, type Markup } from './markup.ts';
import { originOf, type Page } from './page.ts';

/** What the login page shows. */
export interface LoginForm {
  /** Path that the form is sent to. */
  readonly action: string;
  /** Where the client wants the browser back. */
  readonly redirectUri: string;
  readonly clientName: string;
  /** What was typed, or what the client suggests. */
  readonly username: string;
  /** What went wrong the last time, in a sentence. */
  readonly error?: string;
  readonly testUsers: boolean;
}

/** The page that asks for username and password. */
export function loginPage({ action, redirectUri, clientName, username, error, testUsers }: LoginForm): Page {
  const wrong = error === undefined ? {} : { describedBy: 'error' };
  return {
    title: error === undefined ? 'Log in' : 'Error: log in',
    formTarget: originOf(redirectUri),
    body: html`<h1>Log in</h1>
      <p>to ${clientName}</p>
      ${error !== undefined && html`<p class="error" id="error" role="alert">${error}</p>`}
      <form method="post" action="${action}">
        ${fieldOf({ name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: username, autofocus: username === '', ...wrong })}
        ${fieldOf({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', autofocus: username !== '', ...wrong })}
        <button class="button" type="submit" name="action" value="log-in">Log in</button>
        <button class="button button-quiet" type="submit" name="action" value="cancel" formnovalidate>Cancel</button>
      </form>
      <p>New here? <a href="${action}/register">Open an account</a></p>
      ${testUsers && testUserTable()}`,
  };
}

function testUserTable(): Markup {
  const rows = TEST_USERS.map(
    ({ username, roles }) =>
      html`<tr>
        <th scope="row"><code>${username}</code></th>
        <td>${roles.join(', ')}</td>
      </tr>`,
  );
  return html`<section class="aside stack" aria-labelledby="test-users">
    <h2 id="test-users">To try the shop</h2>
    <p class="hint">The password is the username.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">Username</th>
          <th scope="col">Roles</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}
