import { type Field, fieldOf } from './field.ts';
import { html } from './markup.ts';
import { originOf, type Page } from './page.ts';

/** What the registration page asks for. */
const FIELDS: readonly Field[] = [
  { name: 'givenName', label: 'First name', type: 'text', autocomplete: 'given-name' },
  { name: 'familyName', label: 'Last name', type: 'text', autocomplete: 'family-name' },
  { name: 'email', label: 'Email address', type: 'email', autocomplete: 'email' },
  {
    name: 'username',
    label: 'Username',
    type: 'text',
    autocomplete: 'username',
    hint: '3 to 40 letters, digits, dots, hyphens or underscores',
  },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'new-password',
    hint: 'At least 10 characters',
  },
];

/** What the registration page shows. */
export interface RegistrationForm {
  /** Path of the login page; the form goes to `/register` under it. */
  readonly path: string;
  readonly redirectUri: string;
  /** What was typed, by field; the password is never shown again. */
  readonly values?: Readonly<Record<string, string>>;
  /** What is wrong, by field. */
  readonly wrong?: Readonly<Record<string, string>>;
  /** What is wrong with the whole. */
  readonly error?: string;
}

/** The page that opens an account. */
export function registrationPage({ path, redirectUri, values = {}, wrong = {}, error }: RegistrationForm): Page {
  const names = FIELDS.map(({ name }) => name);
  const first = names.find((name) => wrong[name] !== undefined) ?? names[0];
  const failure = error ?? (Object.keys(wrong).length > 0 ? 'Some fields need another look.' : undefined);
  const fields = FIELDS.map((field) =>
    fieldOf({
      ...field,
      value: field.type === 'password' ? '' : (values[field.name] ?? ''),
      autofocus: field.name === first,
      ...(wrong[field.name] !== undefined && { error: wrong[field.name] }),
    }),
  );
  return {
    title: failure === undefined ? 'Open an account' : 'Error: open an account',
    formTarget: originOf(redirectUri),
    body: html`<h1>Open an account</h1>
      ${failure !== undefined && html`<p class="error" role="alert">${failure}</p>`}
      <form method="post" action="${path}/register">
        ${fields}
        <button class="button" type="submit">Open the account and log in</button>
      </form>
      <p>You have one? <a href="${path}">Log in</a></p>`,
  };
}
