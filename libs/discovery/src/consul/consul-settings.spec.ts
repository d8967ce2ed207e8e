import { ConfigError } from '@portico/core';
import { Egress } from '../egress.ts';
import { readConsulAgent, readConsulSettings } from './consul-settings.ts';

function read(address: string, environment: Record<string, string> = {}) {
  return readConsulSettings(new URL(address), { upstream: 'cart', egress: new Egress([]), environment });
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

describe('settings of Consul', () => {
  it('asks the agent of this machine for all instances unless told otherwise', () => {
    expect(read('consul://cart')).toEqual({
      agent: { url: 'http://127.0.0.1:8500', headers: {} },
      path: '/v1/health/service/cart',
      protocol: 'http',
    });
  });

  it('asks for every tag and for the datacenter', () => {
    const { path } = read('consul://cart/api?tag=v1&tag=blue%26green&dc=dc2');
    expect(path).toBe('/v1/health/service/cart?tag=v1&tag=blue%26green&dc=dc2');
  });

  it('speaks TLS to the instances when the address says so', () => {
    expect(read('consul://cart?scheme=https').protocol).toBe('https');
  });

  it('puts the token into a header, and into nothing else', () => {
    const environment = { CONSUL_URL: 'https://consul.internal:8501/agent/', CONSUL_TOKEN: 'b1gs33cr3t\n' };
    expect(readConsulAgent(environment)).toEqual({
      url: 'https://consul.internal:8501/agent',
      headers: { 'X-Consul-Token': 'b1gs33cr3t' },
    });
  });

  it.each([
    ['consul://a%2fb', 'must name a service in letters, digits, dots, - and _'],
    ['consul://..', 'must name a service in letters, digits, dots, - and _'],
    ['consul://cart:8080', 'must not have a port: Consul knows each instance with its own'],
    ['consul://cart?tag=', '?tag: must have 1 to 256 characters'],
    ['consul://cart?dc=a/b', '?dc: must be the name of a datacenter'],
    ['consul://cart?dc=a&dc=b', '?dc: must not be repeated'],
    ['consul://cart?passing=true', '?passing: is none of its parameters, scheme, tag, dc'],
    ['consul://user:secret@cart', 'must not hold a user or password'],
  ])('refuses %s', (address, problem) => {
    expect(problemsOf(() => read(address))).toEqual([`upstream cart: address: ${problem}`]);
  });

  it('names all that is wrong with the address and the agent at once, without the values', () => {
    const environment = { CONSUL_URL: 'http://me:hidden@consul', CONSUL_TOKEN: 'two words' };
    expect(problemsOf(() => read('consul://cart:1?dc=%20', environment))).toEqual([
      'upstream cart: address: must not have a port: Consul knows each instance with its own',
      'upstream cart: address: ?dc: must be the name of a datacenter',
      'CONSUL_URL: must be http:// or https:// with a host, without user, query and fragment',
      'CONSUL_TOKEN: must be printable ASCII without blanks',
    ]);
  });

  it.each(['127.0.0.1:8500', 'ftp://a', 'http://', 'http://a?token=1', 'http://a#b', 'http://a:99999'])(
    'refuses the agent %s',
    (CONSUL_URL) => {
      expect(problemsOf(() => readConsulAgent({ CONSUL_URL }))).toHaveLength(1);
    },
  );
});
