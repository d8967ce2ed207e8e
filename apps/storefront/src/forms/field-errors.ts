import type { FieldError } from '../api/http.ts';

/** Messages by field name. */
export type Messages<Field extends string> = Partial<Record<Field, string>>;

/** Hands the server's messages to the form's fields (`/address/city` and `address.city` both end in `city`); `rest` belongs to none. */
export function sortErrors<Field extends string>(errors: FieldError[], fields: readonly Field[]) {
  const messages: Messages<Field> = {};
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const name = fields.find((candidate) => candidate === field.split(/[./]/).at(-1));
    if (name) messages[name] ??= sentence(message);
    else rest.push(sentence(message));
  }
  return { messages, rest };
}

function sentence(message: string): string {
  const text = message.trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
