import { ConfigError } from '@portico/core';
import { resolveSettings } from './settings.ts';
import { defineUpstream } from './upstream.ts';

function problemsOf(options: object): readonly string[] {
  try {
    resolveSettings(defineUpstream('shop', { url: 'http://shop.test', ...options }), {});
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

it.each<[string, object, string]>([
  ['a policy that is neither', { retry: true }, 'retry: expected false, or expected object, received boolean'],
  ['a value in a policy', { retry: { attempts: '2' } }, 'retry: attempts: expected number, received string'],
  ['a bound', { breaker: { failureRate: 50 } }, 'breaker: failureRate: Too big: expected number to be <=1'],
  ['a misspelt setting', { retry: { attempt: 2 } }, 'retry: Unrecognized key: "attempt"'],
  ['a form of several', { breaker: { window: 10 } }, 'breaker: window: expected object, received number'],
  [
    'a value in one of several forms',
    { breaker: { window: { calls: '2' } } },
    'breaker: window: calls: expected number, received string',
  ],
  [
    'a form that is none of several',
    { balance: { key: 'header' } },
    'balance: key: expected object, received string, or expected one of "principal"|"address"',
  ],
  [
    'two forms at once',
    { breaker: { window: { calls: 1, milliseconds: 1_000 } } },
    'breaker: window: Unrecognized key: "milliseconds", or Unrecognized key: "calls"',
  ],
  [
    'a token that there is not',
    { token: 'users' },
    'token: expected one of "none"|"user", or expected object, received string',
  ],
  [
    'a scope',
    { token: { client: { scope: 'a  b' } } },
    'token: client: scope: must be scopes with one space between them',
  ],
  [
    'an exchange without audience',
    { token: { exchange: {} } },
    'token: exchange: audience: expected string, received undefined',
  ],
  ['two tokens', { token: { client: {}, exchange: {} } }, 'token: Unrecognized key: "exchange"'],
  [
    'an identity header that clients may send',
    { claims: { 'x-customer': 'sub' } },
    'claims: x-customer: is a name that a client could send too; take one of x-user, x-user-*, x-roles, x-scopes, x-permissions, x-tenant, x-tenant-*, x-auth*, in lower case',
  ],
])('says what is wrong with %s', (_, options, problem) => {
  expect(problemsOf(options)).toEqual([`upstream shop: ${problem}`]);
});

it('lists all problems of a policy', () => {
  expect(problemsOf({ retry: { attempts: 0, backoff: -1, tries: 1 } })).toHaveLength(3);
});
