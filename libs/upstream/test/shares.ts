import { testContext } from '@portico/testing';
import type { Balancer } from '../src/balancers/balancer.ts';
import type { UpstreamInstance } from '../src/instances/upstream-instance.ts';
import { get } from './instances.ts';

/** How many of `calls` calls each instance gets, by its id; none takes any time. */
export function sharesOf(balancer: Balancer, calls: number, prepare = get): Record<string, number> {
  const shares: Record<string, number> = {};
  const ctx = testContext();
  for (let call = 0; call < calls; call++) {
    const { id } = balancer.choose(prepare(), ctx, 0)!.description;
    shares[id] = (shares[id] ?? 0) + 1;
  }
  return shares;
}

/** Tells a balancer about instances that may all get calls. */
export function withCandidates<B extends Balancer>(balancer: B, candidates: readonly UpstreamInstance[]): B {
  balancer.update(candidates, candidates);
  return balancer;
}
