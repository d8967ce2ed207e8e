import { ConfigError, loadConfig } from '@portico/core';
import { Egress, PRIVATE_RANGES } from '@portico/discovery';
import { rangeProblem } from '@portico/net';
import { z } from 'zod';

/**
 * Everything but link-local (where clouds serve credentials), unspecified, multicast and reserved addresses: where instances
 * may be that an operator wrote down.
 */
const ANYWHERE: readonly string[] = [
  ...['1.0.0.0/8', '2.0.0.0/7', '4.0.0.0/6', '8.0.0.0/5', '16.0.0.0/4', '32.0.0.0/3', '64.0.0.0/2', '128.0.0.0/3'],
  ...['160.0.0.0/5', '168.0.0.0/8', '169.0.0.0/9', '169.128.0.0/10', '169.192.0.0/11', '169.224.0.0/12'],
  ...['169.240.0.0/13', '169.248.0.0/14', '169.252.0.0/15', '169.255.0.0/16', '170.0.0.0/7', '172.0.0.0/6'],
  ...['176.0.0.0/4', '192.0.0.0/3', '::1', '2000::/3', 'fc00::/7'],
];

type Environment = Readonly<Record<string, string | undefined>>;

/** Whose addresses they are. */
export interface EgressOptions {
  /** The setting `egress` of the upstream. */
  readonly ranges: readonly string[] | undefined;
  /** Whether its instances are written down, rather than found by asking somebody. */
  readonly isStatic: boolean;
  readonly environment: Environment | undefined;
}

/** Where instances may be that an operator wrote down. */
export function anywhere(): Egress {
  return new Egress(ANYWHERE);
}

/**
 * The addresses that an upstream's instances may have: its own ranges; else anything but link-local for addresses written
 * down, and `EGRESS_RANGES`, private networks if unset, for discovered ones.
 *
 * @throws ConfigError naming the setting and every range that is none
 */
export function egressOf(upstream: string, { ranges, isStatic, environment }: EgressOptions): Egress {
  if (ranges !== undefined) return open(ranges, `upstream ${upstream}: egress`);
  if (isStatic) return anywhere();
  const listed = loadConfig({ EGRESS_RANGES: z.string().optional() }, environment).EGRESS_RANGES;
  if (listed === undefined) return new Egress(PRIVATE_RANGES);
  const separated = listed.split(',').map((range) => range.trim());
  return open(separated, 'EGRESS_RANGES');
}

function open(ranges: readonly string[], field: string): Egress {
  const problems = ranges.map(rangeProblem).filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${field}: ${problem}`));
  return new Egress(ranges);
}
