import type { BffError } from '@portico/core';
import { readLoginQuery } from './login-query.ts';

function fieldsOf(query: Readonly<Record<string, unknown>>): (string | undefined)[] {
  try {
    readLoginQuery(query);
    return [];
  } catch (error) {
    return ((error as BffError).fields ?? []).map(({ field }) => field);
  }
}

describe('what a login is asked for', () => {
  it('is the first page where nothing is said, and nothing else', () => {
    expect(readLoginQuery({})).toEqual({ returnTo: '/' });
  });

  /** OpenID Connect Core 3.1.2.1. */
  it.each(['none', 'login', 'consent', 'select_account'])('may be the prompt %s', (prompt) => {
    expect(readLoginQuery({ prompt })).toEqual({ returnTo: '/', prompt });
  });

  it.each(['', 'create', 'None', 'none login', ['none'], 1])('is not the prompt %j', (prompt) => {
    expect(fieldsOf({ prompt })).toEqual(['prompt']);
  });

  it('are ways of logging in, in 200 characters at most', () => {
    expect(readLoginQuery({ acr_values: '2 ~!' })).toEqual({ returnTo: '/', acr: ['2', '~!'] });
    expect(fieldsOf({ acr_values: 'a'.repeat(200) })).toEqual([]);
    for (const acr of ['a'.repeat(201), '', ' a', 'a ', 'a  b', 'a\tb', 'é', ['a']]) {
      expect(fieldsOf({ acr_values: acr })).toEqual(['acr_values']);
    }
  });

  it('is an age of the login, in whole seconds of nine digits at most', () => {
    expect(readLoginQuery({ max_age: '0' })).toEqual({ returnTo: '/', maxAge: 0 });
    expect(readLoginQuery({ max_age: '999999999' })).toEqual({ returnTo: '/', maxAge: 999_999_999 });
    for (const age of ['1000000000', '', '-1', '1.5', '1e3', ['1']])
      expect(fieldsOf({ max_age: age })).toEqual(['max_age']);
  });

  it('is refused with all that is wrong with it', () => {
    const query = { returnUrl: '//evil.example', prompt: 'x', acr_values: '', max_age: 'x', other: 'y' };
    expect(fieldsOf(query)).toEqual(['returnUrl', 'prompt', 'acr_values', 'max_age']);
  });
});
