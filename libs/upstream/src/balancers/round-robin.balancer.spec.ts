import { testContext } from '@portico/testing';
import { get, instance } from '../../test/instances.ts';
import { withCandidates } from '../../test/shares.ts';
import { RoundRobinBalancer } from './round-robin.balancer.ts';

const order = (balancer: RoundRobinBalancer, calls: number): string =>
  Array.from({ length: calls }, () => balancer.choose(get(), testContext())!.description.id).join('');

describe('weighted round robin', () => {
  it('spreads the turns of a heavy instance among those of the others', () => {
    const candidates = [instance('a', { weight: 5 }), instance('b'), instance('c')];
    const balancer = withCandidates(new RoundRobinBalancer(() => 0.5), candidates);
    expect(order(balancer, 14)).toBe('aaabcaaaaabcaa');
  });

  it('goes on where it was when the list changes', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => instance(id)) as [never, never, never, never];
    const balancer = withCandidates(new RoundRobinBalancer(() => 0.5), [a, b, c]);
    expect(order(balancer, 2)).toBe('ab');
    balancer.update([a, b, c]);
    expect(order(balancer, 1)).toBe('c');
    balancer.update([b, c, d]);
    expect([...order(balancer, 3)].sort().join('')).toBe('bcd');
  });

  it('lets an instance that a call avoids keep its turn for the next call', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => instance(id)) as [never, never, never];
    const balancer = withCandidates(new RoundRobinBalancer(() => 0.5), [a, b, c]);
    expect(balancer.choose(get({ avoid: [a] }), testContext())).toBe(b);
    expect(order(balancer, 2)).toBe('ac');
  });

  it('begins anywhere, so that gateways that begin together do not all begin with one instance', () => {
    const draws = [0.9, 0.1, 0.5];
    const balancer = withCandidates(
      new RoundRobinBalancer(() => draws.shift()!),
      ['a', 'b', 'c'].map((id) => instance(id)),
    );
    expect(order(balancer, 6)).toBe('bcabca');
  });
});
