import { html, type Markup } from './markup.ts';

/** A text field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password';
  /** What browsers fill in, as HTML names it. */
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: string;
  /** What is wrong with it, in a sentence. */
  readonly error?: string;
  /** Id of an element that says what is wrong with it and others. */
  readonly describedBy?: string;
  readonly autofocus?: boolean;
}

/** Most characters of any field. */
export const MAX_LENGTH = 200;

/** A field with its label, and with what is wrong announced together with it. */
export function fieldOf(field: Field): Markup {
  const { name, label, type, autocomplete, value = '', hint, error } = field;
  const described = [field.describedBy, hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  const isWrong = error !== undefined || field.describedBy !== undefined;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      maxlength="${MAX_LENGTH}"
      autocapitalize="none"
      spellcheck="false"
      required${isWrong && html` aria-invalid="true"`}${described !== '' && html` aria-describedby="${described}"`}${field.autofocus === true && html` autofocus`}
    />
    ${error !== undefined && html`<p class="field-error" id="${name}-error">${error}</p>`}
  </div>`;
}
