import { type Behaviour, eventually, FakeClock, hang, reply, reset } from '@portico/testing';
import { type FakeConsul, recordedHealth, startFakeConsul } from '../../test/consul/fake-consul.ts';
import { Egress } from '../egress.ts';
import { events, type RefusedEvent } from '../events.ts';
import { BLOCKING_TIMES, type BlockingTimes } from './blocking-query.ts';
import { ConsulSource, openConsul } from './consul-source.ts';
import { readConsulSettings } from './consul-settings.ts';

const EGRESS = new Egress(['10.0.0.0/8', '127.0.0.0/8', 'fd00::/8']);
const TOKEN = 'b1gs33cr3t';
const { gap, interval, wait, timeout } = BLOCKING_TIMES;

const cut: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-length': 5_000 });
  response.write('[', () => response.destroy());
};

describe('instances in Consul', () => {
  let consul: FakeConsul;
  let clock: FakeClock;
  let source: ConsulSource;

  beforeEach(async () => {
    consul = await startFakeConsul();
    clock = new FakeClock();
  });

  afterEach(async () => {
    source.close();
    await consul.close();
  });

  function open(address = 'consul://cart', times?: BlockingTimes, token: string | null = TOKEN): void {
    const environment = { CONSUL_URL: consul.url, CONSUL_TOKEN: token ?? undefined };
    // 0.5 makes the jitter nothing and each back-off half its bound.
    const options = { upstream: 'cart', egress: EGRESS, environment, clock, random: () => 0.5 };
    source = new ConsulSource(readConsulSettings(new URL(address), options), options, times);
    source.start();
  }

  /** Until the source waits for its next query. */
  async function roundDone(): Promise<void> {
    await eventually(() => clock.pending > 0);
  }

  /** Until the source has the recorded list and a blocking query is held. */
  async function settle(): Promise<void> {
    await roundDone();
    clock.advance(gap);
    await eventually(() => consul.held === 1);
  }

  function nextQuery(): Promise<unknown> {
    const { length } = consul.queries;
    return eventually(() => consul.queries.length > length);
  }

  function hostsOf(): string[] {
    return source.instances.map(({ host }) => host);
  }

  it('knows them after one answer, then asks with its index until something changes', async () => {
    open();
    expect(source.status.state).toBe('starting');
    await settle();
    expect(hostsOf()).toEqual(['10.0.0.5', '127.0.0.1', 'fd00::7', '10.0.0.8']);
    expect(source.status).toMatchObject({ state: 'fresh', age: gap });
    expect(consul.indexes).toEqual([undefined, '12']);
    expect(consul.queries[1]!.url).toBe('/v1/health/service/cart?index=12&wait=20000ms');
  });

  it('tells of a change when the agent does', async () => {
    open();
    await settle();
    const changes: number[] = [];
    source.onChange((instances) => changes.push(instances.length));
    consul.set(recordedHealth().slice(0, 1));
    await eventually(() => changes.length === 1);
    expect(changes).toEqual([1]);
    expect(hostsOf()).toEqual(['10.0.0.5']);
  });

  it('notices an agent that is silent on an open connection within 30 s', () => {
    expect(wait * (1 + 1 / 16) + timeout).toBeLessThan(30_000);
  });

  it('keeps list and age when the wait ends without a change', async () => {
    open();
    await settle();
    clock.advance(20_000);
    expect(source.status.age).toBe(20_000 + gap);
    const before = source.instances;
    consul.set(recordedHealth(), 12);
    await eventually(() => source.status.age === 0);
    expect(source.instances).toBe(before);
    clock.advance(0);
    await eventually(() => consul.held === 1);
  });

  it('asks for tags and datacenter, with the token in a header and in no URL', async () => {
    open('consul://cart?tag=v1&tag=blue&dc=dc1');
    await settle();
    expect(consul.queries[1]!.url).toBe('/v1/health/service/cart?tag=v1&tag=blue&dc=dc1&index=12&wait=20000ms');
    for (const { headers, url } of consul.requests) {
      expect(headers['x-consul-token']).toBe(TOKEN);
      expect(url).not.toContain(TOKEN);
    }
  });

  it('case 96: an index that goes backwards is not asked with', async () => {
    open();
    await settle();
    consul.set(recordedHealth().slice(0, 2), 5);
    await eventually(() => source.instances.length === 2);
    const asked = nextQuery();
    clock.advance(gap);
    await asked;
    await settle();
    expect(consul.indexes.slice(0, 3)).toEqual([undefined, '12', undefined]);
    consul.set(recordedHealth().slice(0, 3));
    await eventually(() => source.instances.length === 3);
  });

  it('case 96: an index that is reset to 0 is asked with as 1, and makes no busy loop', async () => {
    open();
    await settle();
    consul.answerWith(reply({ headers: { 'X-Consul-Index': '0' }, json: recordedHealth() }));
    await roundDone();
    clock.advance(gap);
    await eventually(() => consul.queries.length === 3);
    expect(consul.indexes[2]).toBe('1');
    await roundDone();
    clock.advance(interval - 1);
    expect(clock.pending).toBe(1);
    const asked = nextQuery();
    clock.advance(1);
    await asked;
    expect(consul.indexes).toEqual([undefined, '12', '1', '1']);
  });

  it('case 96: without X-Consul-Index it asks at an interval and does not block', async () => {
    consul.answerWith(reply({ json: recordedHealth() }));
    open();
    for (let round = 1; round <= 3; round++) {
      await roundDone();
      expect(consul.indexes).toEqual(Array(round).fill(undefined));
      clock.advance(interval - 1);
      expect(clock.pending).toBe(1);
      const asked = nextQuery();
      clock.advance(1);
      await asked;
    }
    expect(source.instances).toHaveLength(4);
  });

  it('case 96: a huge index goes back digit by digit', async () => {
    consul.answerWith(reply({ headers: { 'X-Consul-Index': '18446744073709551615' }, json: recordedHealth() }));
    open();
    await roundDone();
    const asked = nextQuery();
    clock.advance(gap);
    await asked;
    expect(consul.indexes[1]).toBe('18446744073709551615');
  });

  it('asks at most every 250 ms while the index races', async () => {
    let index = 100;
    consul.answerWith((request, response) =>
      reply({ headers: { 'X-Consul-Index': String(index++) }, json: recordedHealth() })(request, response),
    );
    open();
    for (let round = 0; round < 5; round++) {
      await roundDone();
      clock.advance(gap - 1);
      expect(clock.pending).toBe(1);
      const asked = nextQuery();
      clock.advance(1);
      await asked;
    }
    expect(consul.indexes).toEqual([undefined, '100', '101', '102', '103', '104']);
  });

  it('case 96: an empty list is doubted for 30 s, then believed', async () => {
    open();
    await settle();
    consul.set([]);
    await eventually(() => source.status.age === 0);
    clock.advance(29_999);
    expect(source.instances).toHaveLength(4);
    clock.advance(1);
    expect(source.instances).toHaveLength(0);
  });

  it('case 96: an empty list that is followed by instances never was', async () => {
    open();
    await settle();
    const lengths: number[] = [];
    source.onChange(({ length }) => lengths.push(length));
    consul.set([]);
    await settle();
    consul.set(recordedHealth().slice(1));
    await eventually(() => source.instances.length === 3);
    clock.advance(60_000);
    expect(lengths).toEqual([3]);
  });

  it('case 96: an empty list because the token may read nothing is a failure', async () => {
    open();
    await settle();
    const headers = { 'X-Consul-Index': '13', 'X-Consul-Results-Filtered-By-ACLs': 'true' };
    consul.answerWith(reply({ headers, json: [] }));
    await eventually(() => source.status.state === 'stale');
    expect(source.status.failure).toMatch('needs service:read and node:read');
    clock.advance(60_000);
    expect(source.instances).toHaveLength(4);
  });

  it.each([
    ['is a failure when no token was shown', null, 'starting', 'CONSUL_TOKEN is not set'],
    ['is an empty list when one was shown from which nothing was hidden', TOKEN, 'fresh', undefined],
  ])('nobody found where the agent denies by default %s', async (_, token, state, failure) => {
    const headers = { 'X-Consul-Index': '13', 'X-Consul-Default-Acl-Policy': 'deny' };
    consul.answerWith(reply({ headers, json: [] }));
    open('consul://cart', undefined, token);
    await roundDone();
    expect(source.status.state).toBe(state);
    expect(source.status.failure?.split(', and ')[1]).toBe(failure);
  });

  it('case 96: critical and passing instances are both in the list, the one unhealthy, the other healthy', async () => {
    open();
    await settle();
    expect(source.instances.map(({ id, healthy }) => [id.split('/')[1], healthy])).toEqual([
      ['cart-1', true],
      ['cart-2', true],
      ['cart-3', false],
      ['cart-4', false],
    ]);
    expect(consul.queries[0]!.url).not.toContain('passing');
  });

  it('case 96: an instance on IPv6 and one without an address of its own can be used', async () => {
    open();
    await settle();
    expect(source.instances[1]).toMatchObject({ host: '127.0.0.1', port: 8081 });
    expect(source.instances[2]).toMatchObject({ host: 'fd00::7', port: 8080 });
  });

  it('case 98: an instance that the egress ranges do not allow is left out, and told', async () => {
    const [good, bad] = recordedHealth();
    bad.Service.Address = '169.254.169.254';
    const refused: RefusedEvent[] = [];
    const listen = (message: unknown) => void refused.push(message as RefusedEvent);
    events.refused.subscribe(listen);
    consul.set([good, bad], 12);
    open();
    await settle();
    events.refused.unsubscribe(listen);
    expect(hostsOf()).toEqual(['10.0.0.5']);
    expect(refused).toMatchObject([{ upstream: 'cart', kind: 'consul', candidate: '169.254.169.254:8081' }]);
  });

  const failures: [string, Behaviour, RegExp][] = [
    ['500', reply({ status: 500, body: 'No cluster leader' }), /^Consul answered 500: No cluster leader$/],
    ['403', reply({ status: 403, body: 'ACL not found' }), /^Consul answered 403: ACL not found$/],
    ['a redirect', reply({ status: 301, headers: { location: 'http://169.254.169.254/' } }), /^Consul answered 301$/],
    ['no JSON', reply({ body: '<html>' }), /no list of instances: body/],
    ['an object instead of an array', reply({ json: { Node: {} } }), /no list of instances: body/],
    ['an empty body', reply(), /no list of instances: body/],
    ['a reset', reset(), /ECONNRESET|socket hang up/],
    ['a cut answer', cut, /aborted/],
  ];

  it.each(failures)('case 96: after %s the last good list stays and the next query backs off', async (...args) => {
    const [, failure, reason] = args;
    open();
    await settle();
    consul.answerWith(failure);
    await roundDone();
    expect(source.instances).toHaveLength(4);
    expect(source.status).toMatchObject({ state: 'stale', age: gap, failure: expect.stringMatching(reason) });
    expect(source.status.failure).not.toContain(TOKEN);
    // Half the bounds of 1, 2 and 4 s.
    for (const backoff of [500, 1_000, 2_000]) {
      clock.advance(backoff - 1);
      expect(clock.pending).toBe(1);
      const asked = nextQuery();
      clock.advance(1);
      await asked;
      await roundDone();
    }
    consul.answerWith(undefined);
    clock.advance(4_000);
    await eventually(() => source.status.state === 'fresh');
    expect(source.instances).toHaveLength(4);
  });

  it('does not block after a failure: an agent that lost its data counts from the start', async () => {
    open();
    await settle();
    consul.answerWith(reply({ status: 500 }));
    await roundDone();
    consul.answerWith(undefined);
    consul.set(recordedHealth().slice(0, 1), 3);
    clock.advance(500);
    await eventually(() => source.instances.length === 1);
    await settle();
    expect(consul.indexes).toEqual([undefined, '12', undefined, '3']);
  });

  it('case 96: an agent that hangs is given up, with and without a blocking query', async () => {
    open('consul://cart', { ...BLOCKING_TIMES, wait: 160, timeout: 200 });
    await settle();
    consul.answerWith(hang());
    await roundDone();
    expect(source.status).toMatchObject({ state: 'stale', failure: 'no answer within 370 ms' });
    clock.advance(500);
    await roundDone();
    expect(consul.indexes).toEqual([undefined, '12', undefined]);
    expect(source.instances).toHaveLength(4);
  });

  it('case 96: an answer of 100 MB is cut off and counts as none', async () => {
    open();
    await settle();
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let chunks = 0;
    const endless = function* () {
      for (; chunks < 100; chunks++) yield chunk;
    };
    consul.answerWith((request, response) => reply({ chunks: endless() })(request, response));
    await eventually(() => source.status.state === 'stale', 10_000);
    expect(source.status.failure).toMatch(/maxContentLength/);
    expect(source.instances).toHaveLength(4);
    await eventually(() => consul.queries[1]!.aborted);
    expect(chunks).toBeLessThan(60);
  });

  it('gives up the query that waits when it is closed, and leaves nothing behind', async () => {
    open();
    await settle();
    source.close();
    await eventually(() => consul.held === 0);
    expect(consul.queries[1]!.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    expect(source.status).toMatchObject({ state: 'fresh', failure: undefined });
    clock.advance(600_000);
    expect(consul.queries).toHaveLength(2);
  });

  it('is opened by its address', () => {
    const options = { upstream: 'cart', egress: EGRESS, environment: {}, clock };
    source = openConsul(new URL('consul://cart'), options) as ConsulSource;
    expect(source.kind).toBe('consul');
    expect(source.status.state).toBe('starting');
  });
});
