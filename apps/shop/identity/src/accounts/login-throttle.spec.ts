import { ServiceSettings } from '@portico/shop-kit';
import { FakeClock } from '@portico/testing';
import { LoginThrottle } from './login-throttle.ts';

const throttle = (): LoginThrottle => new LoginThrottle(new ServiceSettings('identity', new FakeClock(), {}));

it('does not forget what an address tried because it goes on with ever new names', () => {
  const held = throttle();
  const waits = Array.from({ length: 12_000 }, (_, index) => held.attempt(`user-${index}`, '10.0.0.1'));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(50);
});
