import { instanceOf, refusalOf } from '../instance-check.ts';
import type { Instance } from '../instance.ts';
import type { InstanceSource, SourceStatus } from '../instance-source.ts';
import { addressError } from '../source-address.ts';
import type { SourceOptions } from '../source-options.ts';
import { parseAddresses } from './static-address.ts';

/**
 * The instances that an operator wrote down, `http://a:4001,http://b:4001`. Each entry is one instance; the name of one is
 * resolved by the system (which reads /etc/hosts), and checked, at each connection.
 *
 * @throws ConfigError listing every entry that cannot be used
 */
export function openStatic(address: string, { upstream, egress }: SourceOptions): InstanceSource {
  const { candidates, problems } = parseAddresses(address);
  const refusals = candidates.flatMap((candidate) => {
    const reason = refusalOf(candidate, egress);
    return reason === undefined ? [] : [`must not name ${candidate.host}: ${reason}`];
  });
  if (problems.length + refusals.length > 0) throw addressError(upstream, [...problems, ...refusals]);
  return new StaticSource(Object.freeze(candidates.map(instanceOf)));
}

/** Never changes, so it has nothing to start, to tell or to close. */
class StaticSource implements InstanceSource {
  readonly kind = 'static';
  /** What is written down needs no confirmation. */
  readonly status: SourceStatus = Object.freeze({ state: 'fresh', age: 0, failure: undefined });

  constructor(readonly instances: readonly Instance[]) {}

  start(): void {}

  onChange(): void {}

  close(): void {}
}
