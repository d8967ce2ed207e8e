import type { BalancePolicy } from '../policies/balance.policy.ts';
import type { Balancer } from './balancer.ts';
import { P2cBalancer } from './p2c.balancer.ts';
import { RandomBalancer } from './random.balancer.ts';

/** The balancer that a policy asks for. */
export function buildBalancer({ by }: BalancePolicy, random: () => number): Balancer {
  return by === 'random' ? new RandomBalancer(random) : new P2cBalancer(random);
}
