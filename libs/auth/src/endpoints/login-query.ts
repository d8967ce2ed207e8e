import { BffError } from '@portico/core';
import type { LoginWishes } from '../provider/provider.ts';
import { isLocalPath, normalisePath } from './local-path.ts';

/** OpenID Connect Core 3.1.2.1; which of them the provider offers, its metadata says. */
const PROMPTS: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);

const ACR_VALUES = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
/** Room for two or three URLs; it counts towards the size of the login's cookie. */
const LONGEST_ACR = 200;
const SECONDS = /^\d{1,9}$/;

type Query = Readonly<Record<string, unknown>>;

/** What each parameter must be like if it is there. */
const RULES: ReadonlyArray<{
  readonly field: string;
  readonly isFine: (value: unknown) => boolean;
  readonly message: string;
}> = [
  {
    field: 'returnUrl',
    isFine: (value) => isText(value) && isLocalPath(value),
    message: 'must be a path of this site, such as /orders',
  },
  { field: 'prompt', isFine: (value) => isText(value) && PROMPTS.has(value), message: 'is not known' },
  { field: 'acr_values', isFine: isAcr, message: 'must be names with single spaces between them' },
  { field: 'max_age', isFine: (value) => isText(value) && SECONDS.test(value), message: 'must be whole seconds' },
];

/**
 * What `/bff/login` was asked for.
 *
 * @throws BffError `input-invalid` naming every parameter that does not fit
 */
export function readLoginQuery(query: Query): LoginWishes {
  const fields = RULES.filter(({ field, isFine }) => query[field] !== undefined && !isFine(query[field]));
  if (fields.length > 0) {
    throw new BffError('input-invalid', {
      detail: 'The login cannot be begun like this.',
      fields: fields.map(({ field, message }) => ({ field, message })),
    });
  }
  const { returnUrl = '/', prompt, acr_values: acr, max_age: maxAge } = query as Readonly<Record<string, string>>;
  return {
    returnTo: normalisePath(returnUrl),
    ...(prompt !== undefined && { prompt }),
    ...(acr !== undefined && { acr: acr.split(' ') }),
    ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
  };
}

/** A parameter that is repeated is a list. */
function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isAcr(value: unknown): boolean {
  return isText(value) && value.length <= LONGEST_ACR && ACR_VALUES.test(value);
}
