import { ConfigError } from '@portico/core';
import { startFakeAgent } from '../test/consul/fake-agent.ts';
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

  it.each([
    ['ADVERTISE_PORT', '0'],
    ['ADVERTISE_PORT', '65536'],
    ['ADVERTISE_PORT', '80a'],
    ['ADVERTISE_WEIGHT', '0'],
    ['ADVERTISE_WEIGHT', '1.5'],
    ['ADVERTISE_TAGS', 'v1,,v2'],
    ['ADVERTISE_TAGS', 'a b'],
  ])('refuses %s=%s, and says nothing of it where nothing is registered', (name, value) => {
    expect(() => open({ REGISTER: 'consul', [name]: value })).toThrow(`${name}: must be`);
    expect(open({ [name]: value })).toBeUndefined();
  });

  it('makes the entry of what is advertised rather than of what is listened on', async () => {
    const agent = await startFakeAgent();
    const advertised = { ADVERTISE_HOST: '10.0.0.7', ADVERTISE_PORT: '80', ADVERTISE_TAGS: 'v1, blue' };
    const more = { ZONE: 'eu-1', ADVERTISE_WEIGHT: '7', CONSUL_URL: agent.url };
    const registration = open({ REGISTER: 'consul', ...advertised, ...more })!;
    await registration.start();
    expect([...agent.services.values()]).toMatchObject([
      {
        ...{ ID: 'web-bff-10.0.0.7-80', Address: '10.0.0.7', Port: 80, Tags: ['v1', 'blue'], Meta: { zone: 'eu-1' } },
        ...{ Weights: { Passing: 7 }, Check: { HTTP: 'http://10.0.0.7:80/health/ready' } },
      },
    ]);
    await registration.close();
    await agent.close();
  });
});
