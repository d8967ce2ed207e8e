import { ConfigError } from '@portico/core';
import { Egress } from './egress.ts';
import { openSource } from './open-source.ts';

const environment = { KUBERNETES_URL: 'http://127.0.0.1:8001' };
const options = { upstream: 'catalog', egress: new Egress(['127.0.0.0/8']), environment };

describe('openSource', () => {
  it.each([
    ['http://127.0.0.1:4001', 'static'],
    ['HTTPS://127.0.0.1:4001', 'static'],
    [' http://127.0.0.1:4001 ', 'static'],
    ['dns://catalog.internal:4001', 'dns'],
    ['srv://_http._tcp.catalog.internal', 'srv'],
    ['eureka://CATALOG', 'eureka'],
    ['kubernetes://catalog.shop:http', 'kubernetes'],
  ])('opens %s by its scheme', (address, kind) => {
    const source = openSource(address, options);
    expect(source.kind).toBe(kind);
    source.close();
  });

  it.each([
    'ftp://a',
    'javascript:alert(1)',
    'catalog:4001',
    '//a',
    '',
    'constructor://a',
    '__proto__://a',
    'toString://a',
  ])('case 98: names the schemes that it knows when it does not know that of "%s"', (address) => {
    expect(() => openSource(address, options)).toThrow(
      /^configuration is not valid:\n {2}- upstream catalog: address: must start with one of http:\/\/, https:\/\/, dns:\/\/, srv:\/\//,
    );
    expect(() => openSource(address, options)).toThrow(ConfigError);
  });
});
