import type { BalancePolicy } from '../policies/balance.policy.ts';
import type { Balancer } from './balancer.ts';
import { CookieAffinityBalancer } from './cookie-affinity.balancer.ts';
import { HashBalancer } from './hash.balancer.ts';
import { LeastRequestBalancer } from './least-request.balancer.ts';
import { P2cBalancer } from './p2c.balancer.ts';
import { RandomBalancer } from './random.balancer.ts';
import { RoundRobinBalancer } from './round-robin.balancer.ts';
import { ZoneAwareBalancer } from './zone-aware.balancer.ts';

/**
 * The balancer that a policy asks for. Outermost is the cookie, then the zone; `hash` knows no zones, for its keys have one
 * place wherever the gateway is.
 *
 * @param random from 0 to below 1
 */
export function buildBalancer(upstream: string, policy: BalancePolicy, random: () => number): Balancer {
  const { by, zone, cookie } = policy;
  const inner =
    zone === undefined || by === 'hash'
      ? buildPlain(policy, random)
      : new ZoneAwareBalancer(zone, buildPlain(policy, random), buildPlain(policy, random), random);
  return cookie === undefined ? inner : new CookieAffinityBalancer({ upstream, cookie, inner });
}

function buildPlain(policy: BalancePolicy, random: () => number): Balancer {
  switch (policy.by) {
    case 'p2c':
      return new P2cBalancer(random);
    case 'roundRobin':
      return new RoundRobinBalancer(random);
    case 'leastRequest':
      return new LeastRequestBalancer(random);
    case 'random':
      return new RandomBalancer(random);
    case 'hash':
      return new HashBalancer(policy);
  }
}
