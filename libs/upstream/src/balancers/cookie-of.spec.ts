import { testContext } from '@portico/testing';
import { cookieOf } from './cookie-of.ts';

it.each([
  ['a=1; b=2', 'b', '2'],
  ['b=2', 'b', '2'],
  ['bb=1; b=2; b=3', 'b', '2'],
  ['a=b=c; d=1', 'a', 'b=c'],
  ['a;b=2', 'b', '2'],
  ['a=b; =c', 'b', undefined],
  ['b', 'b', undefined],
  ['', 'b', undefined],
  [undefined, 'b', undefined],
])('the cookies %j have for %s the value %j', (cookie, name, value) => {
  expect(cookieOf(testContext({ headers: { cookie } }), name)).toBe(value);
});
