import fc from 'fast-check';
import { withoutAddresses } from './without-addresses.ts';

describe('a sentence without addresses', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:8500', 'connect ECONNREFUSED …'],
    ['connect ECONNREFUSED ::1:8500', 'connect ECONNREFUSED …'],
    ['getaddrinfo ENOTFOUND consul', 'getaddrinfo ENOTFOUND …'],
    ['querySrv ENODATA _http._tcp.catalog.internal', 'querySrv ENODATA …'],
    ['10.0.0.9:8761: status 403; eureka-2:8761: no answer within 5000 ms', '… status 403; … no answer within 5000 ms'],
    ['see (https://consul.internal/ui), please', 'see … please'],
  ])('of "%s" is "%s"', (sentence, expected) => expect(withoutAddresses(sentence)).toBe(expected));

  it.each([
    'Consul answered 403: ACL not found',
    'it names no instance any more, which is believed in 30 s',
    'none of the 2 instances it names can be used',
  ])('leaves "%s" as it is', (sentence) => expect(withoutAddresses(sentence)).toBe(sentence));

  it('holds no address, wherever it stands', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.webUrl());
    const word = fc.constantFrom('(', ')', ',', 'at', 'status', '403:');
    fc.assert(
      fc.property(fc.array(word), address, fc.array(word), (before, hidden, after) => {
        expect(withoutAddresses([...before, hidden, ...after].join(' '))).not.toContain(hidden);
      }),
    );
  });
});
