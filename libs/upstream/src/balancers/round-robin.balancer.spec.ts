import { testContext } from '@portico/testing';
import { get, instance } from '../../test/instances.ts';
import { withCandidates } from '../../test/shares.ts';
import { RoundRobinBalancer } from './round-robin.balancer.ts';

const order = (balancer: RoundRobinBalancer, calls: number): string =>
  Array.from({ length: calls }, () => balancer.choose(get(), testContext())!.description.id).join('');

describe('smooth weighted round robin', () => {
  it('takes the turns that nginx documents: 5, 1, 1 gives aabacaa', () => {
    const candidates = [instance('a', { weight: 5 }), instance('b'), instance('c')];
    const balancer = withCandidates(new RoundRobinBalancer(), candidates);
    expect(order(balancer, 14)).toBe('aabacaaaabacaa');
  });

  it('goes on where it was when the list changes', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => instance(id)) as [never, never, never, never];
    const balancer = withCandidates(new RoundRobinBalancer(), [a, b, c]);
    expect(order(balancer, 2)).toBe('ab');
    balancer.update([a, b, c]);
    expect(order(balancer, 1)).toBe('c');
    balancer.update([b, c, d]);
    expect([...order(balancer, 3)].sort().join('')).toBe('bcd');
  });
});
