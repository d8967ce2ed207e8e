import type { RequestContext } from '@portico/core';
import { testContext } from '@portico/testing';
import { get, instance, instances } from '../../test/instances.ts';
import { testPrincipal } from '../../test/principal.ts';
import { withCandidates } from '../../test/shares.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { HashKey } from '../policies/balance.policy.ts';
import { HashBalancer } from './hash.balancer.ts';

const KEYS = 5_000;
const byUser = (boundedLoad = 1.25): HashBalancer => new HashBalancer({ key: { header: 'X-User' }, boundedLoad });
const user = (id: number | string): RequestContext => testContext({ headers: { 'x-user': `user-${id}` } });

function placesOf(balancer: HashBalancer): UpstreamInstance[] {
  return Array.from({ length: KEYS }, (_, id) => balancer.choose(get(), user(id))!);
}

const moved = (before: UpstreamInstance[], after: UpstreamInstance[]): number =>
  before.filter((place, id) => place !== after[id]).length / KEYS;

describe('the consistent hash', () => {
  it('sends the same key to the same instance, in whatever order the instances are listed', () => {
    const candidates = instances(7);
    const places = placesOf(withCandidates(byUser(), candidates));
    expect(placesOf(withCandidates(byUser(), [...candidates].reverse()))).toEqual(places);
  });

  it('spreads keys by weight', () => {
    const candidates = [instance('a', { weight: 2 }), instance('b'), instance('c')];
    const places = placesOf(withCandidates(byUser(), candidates));
    const shareOf = (index: number): number => places.filter((place) => place === candidates[index]).length / KEYS;
    expect(shareOf(0)).toBeCloseTo(0.5, 1);
    expect(shareOf(1)).toBeCloseTo(0.25, 1);
    expect(shareOf(2)).toBeCloseTo(0.25, 1);
  });

  it('leaves nearly all keys where they are when an instance leaves or joins', () => {
    const ten = instances(10);
    const balancer = withCandidates(byUser(), ten);
    const before = placesOf(balancer);
    balancer.update(ten.slice(1));
    const after = placesOf(balancer);
    expect(moved(before, after)).toBeGreaterThan(0.08);
    expect(moved(before, after)).toBeLessThan(0.16);
    balancer.update(ten);
    expect(placesOf(balancer)).toEqual(before);
  });

  it('keeps its places while a new instance starts slowly, which would move keys at each step', () => {
    const [a, b] = instances(2) as [UpstreamInstance, UpstreamInstance];
    const balancer = withCandidates(byUser(), [a, b]);
    const before = placesOf(balancer);
    b.weight = 0.1;
    balancer.update([a, b]);
    expect(placesOf(balancer)).toEqual(before);
  });

  it('sends no instance more than 1.25 times its share of the calls under way', () => {
    const five = instances(5);
    const balancer = withCandidates(byUser(), five);
    for (let call = 1; call <= 100; call++) {
      balancer.choose(get(), user('the same'))!.inFlight++;
      for (const { inFlight } of five) expect(inFlight).toBeLessThanOrEqual(Math.ceil((1.25 * call) / 5));
    }
    expect(five.reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(100);
  });

  it('tries the same other instance for all attempts of a key that fails', () => {
    const balancer = withCandidates(byUser(), instances(10));
    const first = balancer.choose(get(), user(1))!;
    const second = balancer.choose(get({ avoid: [first] }), user(1))!;
    expect(second).not.toBe(first);
    expect(balancer.choose(get({ avoid: [first] }), user(1))).toBe(second);
  });

  it('does not search the whole table when every instance was tried', () => {
    const two = instances(2);
    const balancer = withCandidates(byUser(), two);
    let asked = 0;
    const includes = (): boolean => ++asked > 0;
    const first = balancer.choose(get(), user(1));
    expect(balancer.choose(get({ avoid: Object.assign([...two], { includes }) }), user(1))).toBe(first);
    expect(asked).toBeLessThanOrEqual(two.length);
  });
});

describe('the key of the hash', () => {
  it('is the user before the credentials, which change with each login', () => {
    const balancer = withCandidates(new HashBalancer({ key: 'principal', boundedLoad: 1.25 }), instances(1_000));
    const place = (cookie: string) =>
      balancer.choose(get(), testContext({ headers: { cookie }, principal: testPrincipal('alice') }));
    expect(place('session=before')).toBe(place('session=after'));
  });

  const client = { protocol: 'http', host: 'shop.test' } as const;

  it.each<[HashKey, Parameters<typeof testContext>[0], Parameters<typeof testContext>[0]]>([
    [{ header: 'X-Tenant' }, { headers: { 'x-tenant': 'a' } }, { headers: { 'x-tenant': 'b' } }],
    [{ cookie: 'basket' }, { headers: { cookie: 'x=1; basket=a' } }, { headers: { cookie: 'x=1; basket=b' } }],
    [{ parameter: 'id' }, { parameters: { id: 'a' } }, { parameters: { id: 'b' } }],
    ['principal', { headers: { authorization: 'Bearer a' } }, { headers: { authorization: 'Bearer b' } }],
    ['principal', { headers: { cookie: 'session=a' } }, { headers: { cookie: 'session=b' } }],
    ['principal', { principal: testPrincipal('alice') }, { principal: testPrincipal('bob') }],
    ['address', { client: { ...client, address: '10.0.0.1' } }, { client: { ...client, address: '10.0.0.2' } }],
    [{ header: 'X-Tenant' }, { client: { ...client, address: '10.0.0.1' } }, { client: { ...client, address: '::1' } }],
  ])('%j tells clients apart', (key, one, other) => {
    const balancer = withCandidates(new HashBalancer({ key, boundedLoad: 1.25 }), instances(1_000));
    const place = (context: typeof one): UpstreamInstance => balancer.choose(get(), testContext(context))!;
    expect(place(one)).toBe(place(one));
    expect(place(one)).not.toBe(place(other));
  });
});
