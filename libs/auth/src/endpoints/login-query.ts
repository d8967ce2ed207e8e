import { BffError } from '@portico/core';
import type { LoginWishes } from '../provider/provider.ts';
import { isLocalPath, normalisePath } from './local-path.ts';

/** OpenID Connect Core 3.1.2.1; which of them the provider offers, its metadata says. */
const PROMPTS: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);

const ACR_VALUES = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const LONGEST_ACR = 100;
const SECONDS = /^\d{1,9}$/;

type Query = Readonly<Record<string, unknown>>;

/**
 * What `/bff/login` was asked for.
 *
 * @throws BffError `input-invalid` naming every parameter that does not fit
 */
export function readLoginQuery(query: Query): LoginWishes {
  const { returnUrl = '/', prompt, acr_values: acr, max_age: maxAge } = query;
  const fields = [
    ...problem(
      isText(returnUrl) && isLocalPath(returnUrl),
      'returnUrl',
      'must be a path of this site, such as /orders',
    ),
    ...problem(prompt === undefined || (isText(prompt) && PROMPTS.has(prompt)), 'prompt', 'is not known'),
    ...problem(acr === undefined || isAcr(acr), 'acr_values', 'must be names with single spaces between them'),
    ...problem(maxAge === undefined || (isText(maxAge) && SECONDS.test(maxAge)), 'max_age', 'must be whole seconds'),
  ];
  if (fields.length > 0)
    throw new BffError('input-invalid', { detail: 'The login cannot be begun like this.', fields });
  return {
    returnTo: normalisePath(returnUrl as string),
    ...(prompt !== undefined && { prompt: prompt as string }),
    ...(acr !== undefined && { acr: (acr as string).split(' ') }),
    ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
  };
}

function problem(isFine: boolean, field: string, message: string): Array<{ field: string; message: string }> {
  return isFine ? [] : [{ field, message }];
}

/** A parameter that is repeated is a list. */
function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isAcr(value: unknown): boolean {
  return isText(value) && value.length <= LONGEST_ACR && ACR_VALUES.test(value);
}
