import { FakeClock, reply } from '@portico/testing';
import { type FakeEureka, instanceJson, startFakeEureka } from '../../test/eureka/fake-eureka.ts';
import { EurekaPeers } from './eureka-peers.ts';
import { RegistryFetch } from './registry-fetch.ts';

describe('RegistryFetch', () => {
  const { signal } = new AbortController();
  const one = instanceJson('one');
  const two = instanceJson('two');
  let eureka: FakeEureka;
  let other: FakeEureka;
  let clock: FakeClock;
  let fetch: RegistryFetch;
  beforeEach(async () => {
    eureka = await startFakeEureka();
    other = await startFakeEureka();
    eureka.put(one);
    clock = new FakeClock();
    fetch = new RegistryFetch(new EurekaPeers([eureka.url, other.url]), clock);
  });
  afterEach(() => Promise.all([eureka.close(), other.close()]));

  const next = async (): Promise<string[]> =>
    [...(await fetch.next(signal)).values()].map(({ id, status }) => `${id} ${status}`).sort();

  it('fetches the whole registry first and then what has changed', async () => {
    expect(await next()).toEqual(['one UP']);
    eureka.put(two);
    expect(await next()).toEqual(['one UP', 'two UP']);
    eureka.put({ ...one, status: 'OUT_OF_SERVICE' });
    expect(await next()).toEqual(['one OUT_OF_SERVICE', 'two UP']);
    eureka.remove(two);
    expect(await next()).toEqual(['one OUT_OF_SERVICE']);
    expect(eureka.asked).toEqual(['GET apps', 'GET apps/delta', 'GET apps/delta', 'GET apps/delta']);
  });

  it('case 97: a delta whose hash does not agree leads to the whole registry, at once', async () => {
    await next();
    eureka.put(two);
    eureka.forgetChanges();
    expect(await next()).toEqual(['one UP', 'two UP']);
    eureka.remove(one);
    expect(await next()).toEqual(['two UP']);
    expect(eureka.asked).toEqual(['GET apps', 'GET apps/delta', 'GET apps', 'GET apps/delta']);
  });

  it('case 97: a missed delta that left the hash as it was is made good within ten minutes', async () => {
    await next();
    eureka.remove(one);
    eureka.put(two);
    eureka.forgetChanges();
    expect(await next()).toEqual(['one UP']);
    clock.advance(600_000);
    expect(await next()).toEqual(['two UP']);
  });

  it('case 97: fetches the whole registry after a failure, and after a change of the peer', async () => {
    await next();
    eureka.behave(reply({ status: 500 }));
    other.behave(reply({ status: 500 }));
    await expect(next()).rejects.toThrow('status 500');
    eureka.behave();
    other.behave();
    expect(await next()).toEqual(['one UP']);
    expect(eureka.asked.slice(-1)).toEqual(['GET apps']);
    other.put(two);
    // As many are UP there, and nothing has changed lately.
    other.forgetChanges();
    eureka.behave(reply({ status: 500 }));
    expect(await next()).toEqual(['two UP']);
    expect(other.asked.slice(-2)).toEqual(['GET apps/delta', 'GET apps']);
  });

  it('case 97: takes the next peer when one answers in XML', async () => {
    other.put(two);
    eureka.behave(reply({ headers: { 'content-type': 'application/xml' }, body: '<applications></applications>' }));
    expect(await next()).toEqual(['two UP']);
  });

  it('fetches the whole registry from a server that has deltas switched off', async () => {
    await next();
    eureka.upstream.use({
      '/eureka/apps/delta': reply({ status: 403 }),
      '/eureka/apps': reply({ json: { applications: { apps__hashcode: '', application: [] } } }),
    });
    expect(await next()).toEqual([]);
    expect(other.asked).toEqual([]);
  });
});
