import { TEST_USERS } from '../accounts/test-users.ts';
import { html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

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
export function loginPage(form: LoginForm): Page {
  const { error } = form;
  return {
    title: error === undefined ? 'Log in' : 'Error: log in',
    formTarget: originOf(form.redirectUri),
    body: html`<h1>Log in</h1>
      <p>to ${form.clientName}</p>
      ${error !== undefined && html`<p class="error" id="error" role="alert">${error}</p>`}
      <form method="post" action="${form.action}">
        ${field('username', 'Username', { form, type: 'text', autocomplete: 'username' })}
        ${field('password', 'Password', { form, type: 'password', autocomplete: 'current-password' })}
        <button class="button" type="submit" name="action" value="log-in">Log in</button>
        <button class="button button-quiet" type="submit" name="action" value="cancel" formnovalidate>Cancel</button>
      </form>
      <p><a href="${form.action}/register">Open an account</a></p>
      ${form.testUsers && testUsers()}`,
  };
}

/** The origin of a redirect URI, as a source of a Content-Security-Policy; the scheme for those of apps. */
export function originOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
}

function field(
  name: 'username' | 'password',
  label: string,
  { form, type, autocomplete }: { form: LoginForm; type: string; autocomplete: string },
): Markup {
  const wrong = form.error !== undefined && html` aria-invalid="true" aria-describedby="error"`;
  const first = (form.username === '' ? 'username' : 'password') === name && html` autofocus`;
  const value = name === 'username' ? form.username : '';
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      maxlength="200"
      autocapitalize="none"
      spellcheck="false"
      required${first}${wrong}
    />
  </div>`;
}

function testUsers(): Markup {
  const rows = TEST_USERS.map(
    ({ username, roles }) =>
      html`<tr>
        <td><code>${username}</code></td>
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
