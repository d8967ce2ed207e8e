import { ServiceSettings } from '@portico/shop-kit';
import { FakeClock } from '@portico/testing';
import { LoginThrottle } from './login-throttle.ts';

const throttle = (): LoginThrottle => new LoginThrottle(new ServiceSettings('identity', new FakeClock(), {}));

it('does not forget what an address tried because it goes on with ever new names', () => {
  const held = throttle();
  for (let index = 0; index < 50; index++) expect(held.attempt(`user-${index}`, '10.0.0.1')).toBe(0);
  for (let index = 0; index < 11_000; index++) held.attempt(`other-${index}`, '10.0.0.1');
  expect(held.attempt('alice', '10.0.0.1')).toBeGreaterThan(0);
});
