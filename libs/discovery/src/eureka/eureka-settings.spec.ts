import { Egress } from '../egress.ts';
import { readPeers, readSettings } from './eureka-settings.ts';

const read = (address: string, EUREKA_URL?: string) =>
  readSettings(new URL(address), { upstream: 'catalog', egress: new Egress([]), environment: { EUREKA_URL } });

describe('Eureka settings', () => {
  it('have defaults', () => {
    const peers = ['http://127.0.0.1:8761/eureka/'];
    expect(read('eureka://catalog_v1.x')).toEqual({ app: 'CATALOG_V1.X', scheme: 'http', interval: 30_000, peers });
  });

  it('are read from the address and the environment', () => {
    const settings = read('eureka://CATALOG?scheme=https&interval=5000', 'http://a:1/eureka, https://u:p@b/eureka/');
    expect(settings).toMatchObject({ scheme: 'https', interval: 5_000 });
    expect(settings.peers).toEqual(['http://a:1/eureka/', 'https://u:p@b/eureka/']);
  });

  it.each([
    ['eureka://', 'must name an application'],
    ['eureka://a%20b', 'must name an application'],
    ['eureka://CATALOG:80', 'must not have a port'],
    ['eureka://u@CATALOG', 'must not hold a user'],
    ['eureka://CATALOG?tag=v1', '?tag: is none of its parameters, scheme, interval'],
    ['eureka://CATALOG?interval=99', '?interval: must be whole milliseconds from 100 to 120000'],
    ['eureka://CATALOG?interval=120001', '?interval: '],
    ['eureka://CATALOG?scheme=ftp', '?scheme: '],
  ])('refuse %s', (address, problem) => {
    expect(() => read(address)).toThrow(problem);
  });

  it.each(['a:1', 'ftp://a/', 'http://a/,', 'http://a/?x=1', 'http://a/?', 'http://a/#x', 'http:a', 'javascript:1'])(
    'refuse the peers %s',
    (peers) => {
      expect(() => readPeers({ EUREKA_URL: peers })).toThrow('EUREKA_URL: must be http:// or https:// addresses');
    },
  );

  it('say all that is wrong at once', () => {
    expect(() => read('eureka://?interval=x', 'x')).toThrow(/application[^]*\?interval[^]*EUREKA_URL/);
  });
});
