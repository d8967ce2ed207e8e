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
])('says what is wrong with %s', (_, options, problem) => {
  expect(problemsOf(options)).toEqual([`upstream shop: ${problem}`]);
});

it('lists all problems of a policy', () => {
  expect(problemsOf({ retry: { attempts: 0, backoff: -1, tries: 1 } })).toHaveLength(3);
});
