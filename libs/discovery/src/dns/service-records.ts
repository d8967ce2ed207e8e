import type { SrvRecord } from 'node:dns';

/**
 * SRV records by priority, the lowest number first (RFC 2782). A target "." says that the service is not offered here: it is
 * left out. Weights that are all 0 mean that there is nothing to choose by, so each counts 1.
 */
export function byPriority(records: readonly SrvRecord[]): readonly (readonly SrvRecord[])[] {
  const groups = new Map<number, SrvRecord[]>();
  for (const record of records) {
    if (record.name === '' || record.name === '.') continue;
    const group = groups.get(record.priority);
    if (group) group.push(record);
    else groups.set(record.priority, [record]);
  }
  return [...groups].sort(([one], [other]) => one - other).map(([, group]) => withWeights(group));
}

function withWeights(group: readonly SrvRecord[]): readonly SrvRecord[] {
  return group.every(({ weight }) => weight === 0) ? group.map((record) => ({ ...record, weight: 1 })) : group;
}
