import { BffError } from '@portico/core';

declare const answer: unique symbol;

/** One upstream call as data: plans return calls, so they can be counted, batched, spliced and tested without a network. */
export interface Call<T> {
  readonly upstream: string;
  readonly method: 'GET';
  /** Origin-form target, percent-encoded. */
  readonly target: string;
  /** Only for the compiler: what the JSON of the answer holds. */
  readonly [answer]?: T;
}

type Value = string | number | readonly (string | number)[];

/** A call that is not written as a template with a path: a mistake in the BFF's code, found at boot where a dry run reaches it. */
export class CallSyntaxError extends TypeError {
  override readonly name = 'CallSyntaxError';

  constructor(upstream: string, what: string) {
    super(`a call to ${upstream} ${what}: write it as ${upstream}.get\`/path/\${value}\`, without parentheses`);
  }
}

/** The tag behind `Upstream.get`. */
export function callBuilder(upstream: string) {
  return <T>(path: TemplateStringsArray, ...values: readonly Value[]): Call<T> => {
    // The compiler refuses texts; JavaScript and `any` do not, and of '/a' it would make a request for '/'.
    if (!isTemplate(path)) throw new CallSyntaxError(upstream, 'is made without its template');
    let target = path[0]!;
    if (!target.startsWith('/')) throw new CallSyntaxError(upstream, 'has a path that does not start with "/"');
    values.forEach((value, i) => {
      target += encode(value) + path[i + 1]!;
    });
    if (HAS_DOT_SEGMENT.test(target)) {
      throw new BffError('input-invalid', { detail: `"${target}" is not a path: a value is "." or ".."` });
    }
    return { upstream, method: 'GET', target };
  };
}

function isTemplate(path: unknown): boolean {
  return Array.isArray(path) && Array.isArray((path as Partial<TemplateStringsArray>).raw);
}

const HAS_DOT_SEGMENT = /\/\.{1,2}(?:[/?#;]|$)/;

function encode(value: Value): string {
  return Array.isArray(value) ? value.map(encodeOne).join(',') : encodeOne(value as string);
}

function encodeOne(value: string | number): string {
  refuseWrong(value);
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw new BffError('input-invalid', { detail: 'a value is not well-formed Unicode', cause });
  }
}

/** What data holds, types or not: text such as `undefined`, or the digits next to those that were meant, would ask for something else. */
function refuseWrong(value: unknown): void {
  if (typeof value === 'string') return;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new BffError('input-invalid', {
      detail: 'a number is beyond 2^53, where digits are lost: it must be a text',
    });
  }
  // Functions: views try calls at boot with a stand-in that is one.
  if (Number.isFinite(value) || typeof value === 'function') return;
  throw new TypeError(`a value of a call is ${value === null ? 'null' : typeof value}, neither text nor a number`);
}
