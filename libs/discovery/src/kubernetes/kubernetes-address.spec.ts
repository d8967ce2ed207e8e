import { ConfigError } from '@portico/core';
import { readKubernetesAddress } from './kubernetes-address.ts';

function problemsOf(address: string): readonly string[] {
  try {
    readKubernetesAddress(address, 'catalog');
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

describe('the address of a Kubernetes service', () => {
  it.each([
    ['kubernetes://catalog.shop', undefined],
    ['kubernetes://catalog.shop:http', 'http'],
    ['kubernetes://catalog.shop:8080', '8080'],
    ['kubernetes://catalog.shop:http/base/path', 'http'],
  ])('%s names a service, its namespace and perhaps a port', (address, port) => {
    expect(readKubernetesAddress(address, 'catalog')).toEqual({
      service: 'catalog',
      namespace: 'shop',
      port,
      protocol: 'http',
    });
  });

  it('may ask for TLS to the instances', () => {
    expect(readKubernetesAddress('kubernetes://catalog.shop:https?scheme=https', 'catalog').protocol).toBe('https');
  });

  it.each([
    ['kubernetes://catalog', 'service and its namespace'],
    ['kubernetes://catalog.shop.svc', 'service and its namespace'],
    ['kubernetes://Catalog.shop', 'lower case'],
    ['kubernetes://catalog_1.shop', 'service and its namespace'],
    ['kubernetes://-catalog.shop', 'service and its namespace'],
    ['kubernetes://catalog.shop:', 'port after the colon'],
    ['kubernetes://catalog.shop:http_1', 'port after the colon'],
    ['kubernetes://catalog.shop:http:80', 'port after the colon'],
    ['kubernetes://cata%2Flog.shop', 'service and its namespace'],
    ['kubernetes://catalog.shop?port=http', 'port'],
    ['kubernetes://catalog.shop#x', 'fragment'],
    ['kubernetes://user@catalog.shop', 'user'],
    ['kubernetes:catalog.shop', 'kubernetes://service.namespace:port'],
  ])('case 98: %s is refused', (address, problem) => {
    expect(problemsOf(address).join('\n')).toContain(problem);
  });

  it('tells all problems at once', () => {
    expect(problemsOf('kubernetes://Catalog:http_1?family=4')).toHaveLength(3);
  });
});
