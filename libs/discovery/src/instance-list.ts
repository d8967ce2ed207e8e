import type { Clock, Timer } from '@portico/core';
import type { Egress } from './egress.ts';
import { events, type ListEvent, type RefusedEvent, type StatusEvent } from './events.ts';
import { instanceOf, isEqual, refusalOf } from './instance-check.ts';
import type { Candidate, Instance } from './instance.ts';
import type { SourceStatus } from './instance-source.ts';

const DOUBT_EMPTY = 30_000;
/** Instances of one upstream; more are an attack or a mistake. */
const MAX_INSTANCES = 10_000;

/** Whose list it is, and what it is checked with. */
export interface InstanceListOptions {
  readonly upstream: string;
  readonly kind: string;
  readonly egress: Egress;
  readonly clock: Clock;
  /** Milliseconds for which an empty answer is doubted: a registry that starts anew knows nobody for a while. Default 30000. */
  readonly doubtEmpty?: number;
}

interface Refusal {
  readonly candidate: Candidate;
  readonly reason: string;
}

/**
 * The list behind every source: checks what a registry says, keeps the last good list while it says nothing, and tells who
 * listens what changed. An empty answer is believed after it has stood for `doubtEmpty`.
 */
export class InstanceList {
  instances: readonly Instance[] = [];
  private byId: ReadonlyMap<string, Instance> = new Map();
  private confirmedAt: number | undefined;
  private failure: string | undefined;
  private doubt: Timer | undefined;
  /** What the last answer's refusals were published as: a registry repeats its mistakes in every answer. */
  private refused: ReadonlySet<string> = new Set();
  private closed = false;
  private readonly listeners: ((instances: readonly Instance[]) => void)[] = [];

  constructor(private readonly options: InstanceListOptions) {}

  get status(): SourceStatus {
    const { confirmedAt, failure } = this;
    const age = confirmedAt === undefined ? undefined : this.options.clock.now() - confirmedAt;
    const state = confirmedAt === undefined ? 'starting' : failure === undefined ? 'fresh' : 'stale';
    return { state, age, failure };
  }

  onChange(listener: (instances: readonly Instance[]) => void): void {
    this.listeners.push(listener);
  }

  /** The registry answered with this whole list. */
  accept(candidates: readonly Candidate[]): void {
    if (this.closed) return;
    const instances = this.check(candidates);
    if (instances.length === 0 && candidates.length > 0) {
      this.fail(`none of the ${candidates.length} instances it names can be used`);
      return;
    }
    const isFirst = this.confirmedAt === undefined;
    this.confirm();
    if (instances.length === 0 && this.instances.length > 0) {
      const { clock, doubtEmpty = DOUBT_EMPTY } = this.options;
      this.doubt ??= clock.after(doubtEmpty, () => this.replace([]));
      return;
    }
    if (isFirst || !this.isSame(instances)) this.replace(instances);
    else this.dropDoubt();
  }

  /** The registry answered that nothing has changed. */
  confirm(): void {
    if (this.closed) return;
    const wasFresh = this.status.state === 'fresh';
    this.confirmedAt = this.options.clock.now();
    this.failure = undefined;
    if (!wasFresh) this.publishStatus();
  }

  /** The registry did not answer, or with nonsense: the last good list stays. */
  fail(failure: string): void {
    if (this.closed) return;
    // An empty answer that is followed by none has not stood for long enough: an error must never empty the list.
    this.dropDoubt();
    const wasFailing = this.failure !== undefined;
    this.failure = failure;
    if (!wasFailing) this.publishStatus();
  }

  /** Forgets the pending doubt; nothing changes any more, whatever is still said. */
  close(): void {
    this.closed = true;
    this.dropDoubt();
    this.listeners.length = 0;
  }

  private dropDoubt(): void {
    this.doubt?.cancel();
    this.doubt = undefined;
  }

  private isSame(instances: readonly Instance[]): boolean {
    return this.instances.length === instances.length && this.instances.every((one, index) => one === instances[index]);
  }

  private replace(instances: readonly Instance[]): void {
    this.dropDoubt();
    const before = this.instances;
    const known = this.byId;
    this.byId = new Map(instances.map((one) => [one.id, one]));
    this.instances = Object.freeze(instances);
    const { upstream, kind } = this.options;
    events.list.publish({
      upstream,
      kind,
      instances,
      added: instances.filter(({ id }) => !known.has(id)),
      removed: before.filter(({ id }) => !this.byId.has(id)),
    } satisfies ListEvent);
    for (const listener of this.listeners) listener(instances);
  }

  /**
   * The instances that may be used, sorted by id so that the same answer in another order is the same list; what has not changed
   * is the same object as before.
   */
  private check(candidates: readonly Candidate[]): Instance[] {
    const found = new Map<string, Instance>();
    const refusals: Refusal[] = [];
    for (const candidate of candidates) {
      const reason = refusalOf(candidate, this.options.egress);
      const instance = reason === undefined ? instanceOf(candidate) : undefined;
      if (instance && !found.has(instance.id)) found.set(instance.id, this.sameOrNew(instance));
      else refusals.push({ candidate, reason: reason ?? 'another instance has its id' });
    }
    const sorted = [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
    const reason = `the list is longer than ${MAX_INSTANCES} instances`;
    for (const candidate of sorted.splice(MAX_INSTANCES)) refusals.push({ candidate, reason });
    this.publishRefusals(refusals);
    return sorted;
  }

  private sameOrNew(instance: Instance): Instance {
    const known = this.byId.get(instance.id);
    return known && isEqual(known, instance) ? known : instance;
  }

  private publishRefusals(refusals: readonly Refusal[]): void {
    const { upstream, kind } = this.options;
    const refused = new Set<string>();
    for (const { candidate, reason } of refusals.slice(0, MAX_INSTANCES)) {
      const address = `${String(candidate.host).slice(0, 100)}:${String(candidate.port).slice(0, 20)}`;
      const key = `${address} ${reason}`;
      if (!this.refused.has(key) && !refused.has(key)) {
        events.refused.publish({ upstream, kind, candidate: address, reason } satisfies RefusedEvent);
      }
      refused.add(key);
    }
    this.refused = refused;
  }

  private publishStatus(): void {
    const { upstream, kind } = this.options;
    events.status.publish({ upstream, kind, ...this.status } satisfies StatusEvent);
  }
}
