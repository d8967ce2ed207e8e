import type { Egress } from './egress.ts';
import { instanceOf, isEqual, refusalOf } from './instance-check.ts';
import type { Candidate, Instance } from './instance.ts';
import type { Refusal } from './refusals.ts';

/** Instances of one upstream; more are an attack or a mistake. */
const MAX_INSTANCES = 10_000;

/** Checks one list of a registry, candidate by candidate. What has not changed is the same object as before. */
export class ListCheck {
  /** The candidates of the list that are not used so far, and why. */
  readonly refusals: Refusal[] = [];
  private readonly found = new Map<string, Instance>();

  /** @param known the instances of the list before, by their ids */
  constructor(
    private readonly egress: Egress,
    private readonly known: ReadonlyMap<string, Instance>,
  ) {}

  add(candidate: Candidate): void {
    const reason = this.use(candidate);
    if (reason !== undefined) this.refusals.push({ candidate, reason });
  }

  /** The instances that may be used, sorted by id so that the same answer in another order is the same list. */
  instances(): readonly Instance[] {
    const sorted = [...this.found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    const reason = `the list is longer than ${MAX_INSTANCES} instances`;
    for (const candidate of sorted.splice(MAX_INSTANCES)) this.refusals.push({ candidate, reason });
    return sorted;
  }

  /** Why it is not used. */
  private use(candidate: Candidate): string | undefined {
    const reason = refusalOf(candidate, this.egress);
    if (reason !== undefined) return reason;
    const instance = instanceOf(candidate);
    if (this.found.has(instance.id)) return 'another instance has its id';
    const before = this.known.get(instance.id);
    this.found.set(instance.id, before && isEqual(before, instance) ? before : instance);
    return undefined;
  }
}
