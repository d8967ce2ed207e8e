import { ConfigError } from '@portico/core';
import { openRegistration } from './open-registration.ts';
import type { Registration } from './registration.ts';

function open(environment: Record<string, string>, host = '127.0.0.1'): Registration | undefined {
  return openRegistration({ name: 'web-bff', host, port: 3000, environment });
}

describe('openRegistration', () => {
  it.each<Record<string, string>>([{}, { REGISTER: '' }])('registers nowhere unless told: %p', (environment) => {
    expect(open(environment)).toBeUndefined();
    expect(open(environment, '0.0.0.0')).toBeUndefined();
  });

  it.each(['consul', 'eureka'])('opens REGISTER=%s', (kind) => {
    expect(open({ REGISTER: kind })).toMatchObject({ start: expect.any(Function), close: expect.any(Function) });
  });

  it.each(['Consul', 'kubernetes', 'constructor', '__proto__'])(
    'refuses REGISTER=%s and names the registries',
    (kind) => {
      expect(() => open({ REGISTER: kind })).toThrow(new ConfigError(['REGISTER: must be one of consul, eureka']));
    },
  );

  it.each(['10.0.0.7', 'fd00::7', 'web-bff.internal', 'localhost'])('lets itself be reached at %s', (host) => {
    expect(open({ REGISTER: 'consul', ADVERTISE_HOST: host })).toBeDefined();
    expect(open({ REGISTER: 'consul' }, host)).toBeDefined();
  });

  it.each(['0.0.0.0', '::', '::0', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0'])(
    'needs ADVERTISE_HOST when it listens on all of the machine (%s)',
    (host) => {
      const problem = 'must be set to an address that others reach this process by; it listens on all of the machine';
      expect(() => open({ REGISTER: 'consul' }, host)).toThrow(new ConfigError([`ADVERTISE_HOST: ${problem}`]));
      expect(open({ REGISTER: 'consul', ADVERTISE_HOST: '10.0.0.7' }, host)).toBeDefined();
    },
  );

  it.each(['http://10.0.0.7', '10.0.0.7:3000', '[fd00::7]', 'fe80::1%eth0', 'a b', '127.1'])(
    'refuses ADVERTISE_HOST=%s',
    (host) => {
      const problem = 'ADVERTISE_HOST: must be an IP address or a host name';
      expect(() => open({ REGISTER: 'consul', ADVERTISE_HOST: host })).toThrow(new ConfigError([problem]));
    },
  );
});
