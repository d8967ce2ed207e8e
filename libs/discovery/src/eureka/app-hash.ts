/**
 * `apps__hashcode` as Eureka computes it: how many instances have which status, by the name of the status, `DOWN_1_UP_2_`; empty
 * for no instances. It says nothing of who they are.
 */
export function appHash(instances: Iterable<{ readonly status: string }>): string {
  const counts = new Map<string, number>();
  for (const { status } of instances) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, count]) => `${status}_${count}_`)
    .join('');
}
