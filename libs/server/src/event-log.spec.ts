import { channel } from 'node:diagnostics_channel';
import { BffError } from '@portico/core';
import type { ListEvent } from '@portico/discovery';
import { FakeClock } from '@portico/testing';
import pino from 'pino';
import { logEvents } from './event-log.ts';

describe('the log of what happens to upstreams', () => {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let clock: FakeClock;
  let end: () => void;
  beforeEach(() => {
    lines.length = 0;
    clock = new FakeClock();
    end = logEvents(log, clock);
  });
  afterEach(() => end());

  const publish = (name: string, event: object): void => channel(name).publish(event);
  const texts = (): string[] => lines.map(({ level, msg }) => `${level} ${msg}`);

  it('says who joined and who left, and shortens long lists', () => {
    const instance = (id: string) => ({ id: `${id}:80`, host: id, port: 80 }) as ListEvent['instances'][number];
    const many = Array.from({ length: 25 }, (_, index) => instance(`i${index}`));
    publish('portico.discovery.list', {
      upstream: 'catalog',
      kind: 'consul',
      instances: many,
      added: many.slice(0, 1),
      removed: [instance('old')],
      moved: [],
    });
    publish('portico.discovery.list', {
      upstream: 'catalog',
      kind: 'dns',
      instances: many,
      added: many,
      removed: [],
      moved: [],
    });
    expect(texts()[0]).toBe('30 catalog: 25 instances by consul + i0:80, - old:80');
    expect(texts()[1]).toMatch(/\+ i9:80, and 15 more$/);
  });

  it.each([
    ['away', 'ECONNREFUSED', '40 Redis 127.0.0.1:6379 (commands): away, ECONNREFUSED'],
    ['connected', undefined, '30 Redis 127.0.0.1:6379 (commands): connected'],
  ])('case 70: says that Redis is %s', (state, reason, text) => {
    publish('portico.redis.status', { address: '127.0.0.1:6379', connection: 'commands', state, reason });
    expect(texts()).toEqual([text]);
  });

  it.each([
    ['starting', 'ECONNREFUSED', '40 catalog: consul gives no list (ECONNREFUSED); there is no list yet'],
    ['stale', 'timeout', '40 catalog: consul gives no list (timeout); the last list stays in use'],
    ['fresh', undefined, '30 catalog: consul answers'],
    [
      'doubted',
      'it names nobody',
      '40 catalog: consul is doubted: it names nobody; the last list stays in use until then',
    ],
  ])('says that a registry is %s', (state, failure, text) => {
    publish('portico.discovery.status', { upstream: 'catalog', kind: 'consul', state, failure, age: 1 });
    expect(texts()).toEqual([text]);
  });

  it('warns of a list that names nobody, and is silent about one of which only weights or tags changed', () => {
    const nobody = { upstream: 'catalog', kind: 'consul', instances: [], added: [], removed: [], moved: [] };
    publish('portico.discovery.list', nobody);
    publish('portico.discovery.list', { ...nobody, instances: [{ id: 'a' }] });
    expect(texts()).toEqual(['40 catalog: 0 instances by consul']);
  });

  it('names who joins and leaves once, in the line of the list', () => {
    const instance = { upstream: 'catalog', instance: 'a', address: '10.0.0.1:80', reason: 'it is new' };
    publish('portico.upstream.instance', { ...instance, state: 'joined' });
    publish('portico.upstream.instance', { ...instance, state: 'gone' });
    expect(lines).toEqual([]);
  });

  it('case 98: says once what it refused, however often a registry repeats it', () => {
    const refused = { upstream: 'catalog', kind: 'consul', candidate: '169.254.169.254:80', reason: 'not allowed' };
    for (let time = 0; time < 3; time++) publish('portico.discovery.refused', refused);
    expect(texts()).toEqual(['40 catalog: consul names 169.254.169.254:80, which is not used: not allowed']);
  });

  it('case 98: a registry that names others to refuse all the time fills no log: 1000 lines an hour, and one that says so', () => {
    const refuse = (number: number): void =>
      publish('portico.discovery.refused', {
        upstream: 'catalog',
        kind: 'consul',
        candidate: `${number}`,
        reason: 'no',
      });
    for (let number = 0; number < 5_000; number++) refuse(number);
    expect(lines).toHaveLength(1_001);
    expect(texts().at(-1)).toBe('40 more than 1000 instances were refused; the next ones are not logged for an hour');
    clock.advance(3_600_000);
    refuse(0);
    expect(texts().at(-1)).toBe('40 catalog: consul names 0, which is not used: no');
  });

  it('warns of instances that are left out and of breakers that open', () => {
    const instance = { upstream: 'catalog', instance: 'a', address: '10.0.0.1:80', reason: '5 failures in a row' };
    publish('portico.upstream.instance', { ...instance, state: 'ejected' });
    publish('portico.upstream.instance', { ...instance, state: 'healthy', reason: 'its time is over' });
    publish('portico.upstream.breaker', { upstream: 'catalog', from: 'closed', to: 'open', reason: '60 % failed' });
    publish('portico.upstream.breaker', { upstream: 'catalog', from: 'half-open', to: 'closed', reason: 'it answers' });
    expect(texts()).toEqual([
      '40 catalog: 10.0.0.1:80 is ejected: 5 failures in a row',
      '30 catalog: 10.0.0.1:80 gets calls again: its time is over',
      '40 catalog: breaker closed -> open: 60 % failed',
      '30 catalog: breaker half-open -> closed: it answers',
    ]);
  });

  it.each([
    ['panic', '40 catalog: panic: why'],
    ['none', '40 catalog: no instance may get calls: why'],
    ['normal', '30 catalog: calls go to healthy instances only: why'],
  ])('says who gets calls when that is out of the ordinary: %s', (state, text) => {
    publish('portico.upstream.traffic', { upstream: 'catalog', state, reason: 'why' });
    expect(texts()).toEqual([text]);
  });

  it.each([
    ['EMFILE', 'raise its nofile limit'],
    ['ENFILE', 'raise fs.file-max'],
    ['EADDRNOTAVAIL', 'widen net.ipv4.ip_local_port_range'],
    ['ENOBUFS', 'no memory left for sockets'],
    ['ENOMEM', 'no memory left for sockets'],
  ])('says once in ten seconds what this machine lacks, and what to do: %s', (code, remedy) => {
    for (let count = 0; count < 1_000; count++) {
      publish('portico.net.lack', { code, what: 'connect to upstream catalog' });
    }
    expect(lines).toHaveLength(1);
    expect(texts()[0]).toContain(`50 cannot connect to upstream catalog: ${code}, `);
    expect(texts()[0]).toContain(remedy);
    clock.advance(10_000);
    expect(texts()[1]).toMatch(/ \(and 998 more since the last line\)$/);
  });

  it('says once in ten seconds why connections could not be accepted', () => {
    for (let time = 1; time <= 50; time++) publish('portico.server.accept-failed', { failure: 'ECONNABORTED' });
    expect(texts()).toEqual(['40 a connection of a client could not be accepted: ECONNABORTED']);
    clock.advance(10_000);
    expect(texts()[1]).toMatch(/ECONNABORTED.*48 more/);
  });

  it('says once in ten seconds that clients are sent away, and how many were', () => {
    for (let dropped = 1; dropped <= 50; dropped++) publish('portico.server.connection-dropped', { most: 10, dropped });
    expect(texts()).toEqual([
      '40 a connection was closed, because MAX_CONNECTIONS (10) are open: raise it, or look who holds them',
    ]);
    clock.advance(10_000);
    expect(texts()[1]).toMatch(/ \(and 48 more since the last line\)$/);
    expect(lines[1]).toMatchObject({ dropped: 50 });
  });

  it('says whether the BFF is in its registry, for nobody else would notice that it is not', () => {
    const event = { kind: 'consul', id: 'web-bff-10.0.0.7-3000', failure: undefined };
    publish('portico.discovery.registration', { ...event, state: 'registered' });
    publish('portico.discovery.registration', { ...event, state: 'failed', failure: 'Consul answered 403' });
    publish('portico.discovery.registration', { ...event, state: 'deregistered' });
    expect(texts()).toEqual([
      '30 consul: registered as web-bff-10.0.0.7-3000',
      '40 consul: registration as web-bff-10.0.0.7-3000 failed: Consul answered 403',
      '30 consul: deregistered as web-bff-10.0.0.7-3000',
    ]);
  });

  it('says which failure a fallback replaced, and why', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1:80');
    const failure = new BffError('upstream-connect', { upstream: 'catalog', cause });
    const event = { upstream: 'catalog', source: 'last-good', requestId: 'r1' };
    publish('portico.upstream.fallback', { ...event, instead: 'upstream-connect', failure });
    publish('portico.upstream.fallback', { ...event, source: 'answer', instead: '503', failure: undefined });
    expect(texts()).toEqual([
      '40 catalog: its last good answer took the place of upstream-connect: connect ECONNREFUSED 10.0.0.1:80',
      '40 catalog: the answer written down took the place of 503',
    ]);
    expect(lines[0]).toMatchObject({
      requestId: 'r1',
      upstream: 'catalog',
      failure: 'upstream-connect',
      cause: 'connect ECONNREFUSED 10.0.0.1:80',
    });
  });

  it('writes a fallback of a kind every ten seconds, and how many more there were', () => {
    const event = { upstream: 'catalog', source: 'last-good', requestId: 'r1', failure: undefined };
    for (let number = 0; number < 500; number++) publish('portico.upstream.fallback', { ...event, instead: '503' });
    publish('portico.upstream.fallback', { ...event, instead: '502' });
    expect(lines).toHaveLength(2);
    clock.advance(10_000);
    expect(texts().slice(2)).toEqual([
      '40 catalog: its last good answer took the place of 503 (and 498 more since the last line)',
    ]);
    expect(lines[2]).toMatchObject({ requestId: 'r1', more: 498 });
  });

  it('names addresses beside ids that hold none, and who moved to another one', () => {
    const [here, there] = [4001, 4002].map((port) => ({ id: 'catalog-1', host: 'fd00::1', port }));
    const event = { upstream: 'catalog', kind: 'eureka', instances: [there], added: [], removed: [], moved: [] };
    publish('portico.discovery.list', { ...event, added: [here] });
    publish('portico.discovery.list', { ...event, moved: [{ before: here, after: there }] });
    expect(texts()).toEqual([
      '30 catalog: 1 instance by eureka + catalog-1 ([fd00::1]:4001)',
      '30 catalog: 1 instance by eureka ~ catalog-1 ([fd00::1]:4001), now [fd00::1]:4002',
    ]);
  });

  it('says of a peer that is away so once, though several ask it', () => {
    const away = { kind: 'eureka', peer: '10.0.0.9:8761', state: 'away', failure: 'status 500' };
    for (let times = 0; times < 3; times++) publish('portico.discovery.peer', away);
    publish('portico.discovery.peer', { ...away, state: 'back', failure: undefined });
    publish('portico.discovery.peer', away);
    const line = '40 eureka: 10.0.0.9:8761 gives no usable answer (status 500); another one is asked instead';
    expect(texts()).toEqual([line, '30 eureka: 10.0.0.9:8761 answers again', line]);
  });

  it('says of an outage of ten minutes a few lines', () => {
    const about = { upstream: 'catalog', reason: 'why' };
    for (let seconds = 0; seconds < 600; seconds += 5) {
      for (const number of [1, 2]) {
        const instance = { ...about, instance: 'a', address: `10.0.0.${number}:80` };
        publish('portico.upstream.instance', { ...instance, state: seconds % 10 === 0 ? 'ejected' : 'healthy' });
      }
      publish('portico.upstream.traffic', { ...about, state: seconds % 10 === 0 ? 'panic' : 'normal' });
      publish('portico.upstream.breaker', { ...about, from: 'open', to: 'half-open' });
      publish('portico.upstream.breaker', { ...about, from: 'half-open', to: 'open' });
      clock.advance(5_000);
    }
    expect(lines.length).toBeLessThan(20);
    expect(texts().filter((text) => text.includes('breaker'))).toHaveLength(1);
  });

  it('ends', () => {
    end();
    publish('portico.upstream.breaker', { upstream: 'catalog', from: 'closed', to: 'open', reason: '60 % failed' });
    expect(lines).toEqual([]);
  });

  it('writes what it has only counted before it ends', () => {
    const event = { upstream: 'catalog', source: 'answer', requestId: 'r1', failure: undefined, instead: '503' };
    for (let number = 0; number < 3; number++) publish('portico.upstream.fallback', event);
    end();
    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toContain('(and 1 more since the last line)');
  });

  describe('of parts', () => {
    const failed = (error: BffError, more: object = {}): void =>
      publish('portico.aggregation.part-failed', {
        ...{ route: '/page', requestId: 'r-1', traceId: 't', part: 'stock', required: false, upstream: 'inventory' },
        ...{ error, isOwn: false, ...more },
      });
    const refused = new BffError('upstream-connect', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });

    it('warns of an optional part that failed, with its cause, its upstream and the request', () => {
      failed(refused);
      expect(texts()).toEqual([
        '40 /page: part stock by inventory failed: upstream-connect: connect ECONNREFUSED 127.0.0.1:1',
      ]);
      expect(lines[0]).toMatchObject({
        ...{ route: '/page', requestId: 'r-1', traceId: 't', part: 'stock', upstream: 'inventory' },
        failure: 'upstream-connect',
      });
    });

    it('writes a part that keeps failing in the same way once in ten seconds, and how often it failed meanwhile', () => {
      for (let i = 0; i < 1_000; i++) failed(refused);
      failed(new BffError('upstream-timeout'));
      failed(refused, { part: 'price' });
      expect(lines).toHaveLength(3);
      clock.advance(10_000);
      expect(lines).toHaveLength(4);
      expect(lines[3]!.msg).toContain('(and 998 more since the last line)');
    });

    it('writes an exception of the own code as an error with its stack, and apart from what the upstream did', () => {
      const thrown = new TypeError('x is not a function');
      failed(new BffError('upstream-body-invalid', { cause: thrown }), { isOwn: true });
      failed(new BffError('upstream-body-invalid'));
      expect(lines.map(({ level }) => level)).toEqual([50, 40]);
      expect(lines[0]).toMatchObject({
        err: { message: 'x is not a function', stack: expect.stringContaining('event-log.spec') as string },
      });
    });

    it('leaves a required part to the line of its request, unless that lacks the stack of an own exception', () => {
      failed(refused, { required: true });
      failed(new BffError('internal', { cause: new TypeError('a') }), { required: true, isOwn: true });
      expect(lines).toEqual([]);
      failed(new BffError('upstream-body-invalid', { cause: new TypeError('a') }), { required: true, isOwn: true });
      expect(texts()).toEqual(['50 /page: the code of part stock threw']);
    });
  });
});
