import { ConfigError } from '@portico/core';
import { Egress } from '../egress.ts';
import type { InstanceSource } from '../instance-source.ts';
import { openStatic } from './static-source.ts';

const egress = new Egress(['10.0.0.0/8', 'fd00::/8']);
const open = (address: string): InstanceSource => openStatic(address, { upstream: 'catalog', egress });

function problemsOf(address: string): readonly string[] {
  try {
    open(address);
  } catch (error) {
    return ConfigError.problemsOf(error).map((problem) => problem.replace('upstream catalog: address: ', ''));
  }
  return [];
}

describe('static source', () => {
  it('has the instances that are written down, from the start and for ever', () => {
    const source = open('http://10.0.0.1:4001/api, http://catalog.internal:4002/api/ ,http://[fd00::1]:4003/api');
    const rest = {
      protocol: 'http',
      serverName: undefined,
      weight: 1,
      zone: undefined,
      tags: [],
      priority: 0,
      healthy: true,
    };
    expect(source.instances).toEqual([
      { id: '10.0.0.1:4001', host: '10.0.0.1', port: 4001, ...rest },
      { id: 'catalog.internal:4002', host: 'catalog.internal', port: 4002, ...rest },
      { id: '[fd00::1]:4003', host: 'fd00::1', port: 4003, ...rest },
    ]);
    expect(source.status).toEqual({ state: 'fresh', age: 0, failure: undefined });
    expect(Object.isFrozen(source.instances)).toBe(true);
  });

  it.each([
    ['http://shop_catalog', 'http', 'shop_catalog', 80],
    ['https://CATALOG.internal', 'https', 'catalog.internal', 443],
    ['https://10.1.2.3/base/', 'https', '10.1.2.3', 443],
  ])('takes the usual port of %s', (address, protocol, host, port) => {
    expect(open(address).instances).toMatchObject([{ protocol, host, port }]);
  });

  it.each([
    ['', 'must start with http:// or https:// and a host'],
    ['http://', 'must start with http:// or https:// and a host'],
    ['http:///etc', 'must start with http:// or https:// and a host'],
    ['http://a,', 'entry 2 must start with http:// or https:// and a host'],
    ['http://a,b:1', 'entry 2 must start with http:// or https:// and a host'],
    ['http://a:99999', 'must be a URL like http://127.0.0.1:4001, its port from 1 to 65535'],
    ['http://a:1:2', 'must be a URL like http://127.0.0.1:4001, its port from 1 to 65535'],
    ['http://a b', 'must be a URL like http://127.0.0.1:4001, its port from 1 to 65535'],
    ['http://a:0', 'must have a port from 1 to 65535'],
    ['http://user:secret@a', 'must not hold a user or password'],
    ['http://a?x=1', 'must not have a query or fragment'],
    ['http://a?', 'must not have a query or fragment'],
    ['http://evil.com#', 'must not have a query or fragment'],
    ['http://a,https://b', 'must not mix http:// and https://'],
    ['http://a/x,http://b/y', 'must have the same path in every entry'],
    ['http://a:80,http://A/', 'must not name an instance twice'],
    ['http://169.254.169.254', 'must not name 169.254.169.254: the egress ranges do not allow its address'],
    ['http://0xa9.254.43518', 'must not name 169.254.169.254: the egress ranges do not allow its address'],
    ['http://[::ffff:169.254.169.254]', 'must not name ::ffff:a9fe:a9fe: the egress ranges do not allow its address'],
    ['http://a..b', 'must not name a..b: its host is no name and no address'],
  ])('case 98: "%s" is refused', (address, problem) => {
    expect(problemsOf(address)).toEqual([problem]);
  });

  it('lists all that is wrong and repeats no secret', () => {
    const address = 'http://user:secret@a?x=1,ftp://b,https://c:0,http://169.254.169.254,https://10.0.0.1/y';
    expect(problemsOf(address)).toEqual([
      'entry 1 must not hold a user or password',
      'entry 1 must not have a query or fragment',
      'entry 2 must start with http:// or https:// and a host',
      'entry 3 must have a port from 1 to 65535',
      'must not mix http:// and https://',
      'must have the same path in every entry',
      'must not name 169.254.169.254: the egress ranges do not allow its address',
    ]);
  });
});
