import type { BffError } from '@portico/core';
import { headerOf } from '@portico/upstream';
import type { ViewAnswer } from '../src/compile-view.ts';

/** The body of an answer as text. */
export function textOf({ body }: ViewAnswer): string {
  return Buffer.concat(body.chunks).toString();
}

/** The body of an answer, parsed. */
export function jsonOf(answer: ViewAnswer): unknown {
  return JSON.parse(textOf(answer));
}

/** A header field of an answer. */
export function fieldOf({ headers }: ViewAnswer, name: string): string | undefined {
  return headerOf(headers, name);
}

/** What an answer says of its parts. */
export function partsOf(answer: ViewAnswer): string | undefined {
  return fieldOf(answer, 'x-portico-parts');
}

/** The error that a view fails with. */
export async function failureOf(answer: Promise<ViewAnswer>): Promise<BffError> {
  return answer.then(
    () => {
      throw new Error('the view answered');
    },
    (error: BffError) => error,
  );
}
