import { address } from '../../test/dns/dns-message.ts';
import { type DnsServer, startDnsServer } from '../../test/dns/dns-server.ts';
import { AddressLookup } from './address-lookup.ts';
import { openResolver } from './dns-resolver.ts';

describe('AddressLookup', () => {
  let server: DnsServer;
  let lookup: AddressLookup;

  beforeEach(async () => {
    server = await startDnsServer({
      'A one.test': { records: [address('127.0.0.1', 9)] },
      'A two.test': { records: [address('127.0.0.2', 9)] },
    });
    lookup = new AddressLookup(openResolver({ DNS_SERVERS: server.address }), [4]);
    expect(await lookup.of('one.test')).toEqual({ addresses: ['127.0.0.1'], ttl: 9, failure: undefined });
    expect(await lookup.of('two.test')).toMatchObject({ addresses: ['127.0.0.2'] });
  });

  afterEach(() => server.close());

  it('remembers the names that are still asked for, and no others', async () => {
    lookup.keep(new Set(['two.test']));
    server.use(() => ({ code: 2 }));
    expect(await lookup.of('one.test')).toMatchObject({ addresses: [], failure: { code: 'ESERVFAIL' } });
    expect(await lookup.of('two.test')).toMatchObject({ addresses: ['127.0.0.2'], failure: { code: 'ESERVFAIL' } });
  });

  it('forgets a name that does not exist any more', async () => {
    server.use({});
    expect(await lookup.of('one.test')).toMatchObject({
      addresses: [],
      failure: { message: 'one.test has no address' },
    });
    server.use(() => ({ code: 2 }));
    expect(await lookup.of('one.test')).toMatchObject({ addresses: [] });
  });
});
