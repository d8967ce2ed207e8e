import { isIP } from 'node:net';
import type { Clock, Timer } from '@portico/core';
import type { Egress } from './egress.ts';
import { events, type ListEvent, type RefusedEvent, type StatusEvent } from './events.ts';
import type { Candidate, Instance } from './instance.ts';
import type { SourceStatus } from './instance-source.ts';

/** Milliseconds for which an empty answer is doubted: a registry that starts anew knows nobody for a while. */
const DOUBT_EMPTY = 30_000;
/** Instances of one upstream; more are an attack or a mistake. */
const MAX_INSTANCES = 10_000;
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/i;
const MAX_WEIGHT = 65_535;

/** Whose list it is, and what it is checked with. */
export interface InstanceListOptions {
  readonly upstream: string;
  readonly kind: string;
  readonly egress: Egress;
  readonly clock: Clock;
}

/**
 * The list behind every source: checks what a registry says, keeps the last good list while it says nothing, and tells who
 * listens what changed. An empty answer is believed after it has stood for 30 s.
 */
export class InstanceList {
  instances: readonly Instance[] = [];
  private confirmedAt: number | undefined;
  private failure: string | undefined;
  private doubt: Timer | undefined;
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
    const instances = this.check(candidates);
    if (instances.length === 0 && candidates.length > 0) {
      this.fail(`none of the ${candidates.length} instances it names can be used`);
      return;
    }
    this.confirm();
    if (instances.length === 0 && this.instances.length > 0) {
      this.doubt ??= this.options.clock.after(DOUBT_EMPTY, () => this.replace([]));
      return;
    }
    this.replace(instances);
  }

  /** The registry answered that nothing has changed. */
  confirm(): void {
    const wasFresh = this.status.state === 'fresh';
    this.confirmedAt = this.options.clock.now();
    this.failure = undefined;
    if (!wasFresh) this.publishStatus();
  }

  /** The registry did not answer, or with nonsense: the last good list stays. */
  fail(failure: string): void {
    const wasFailing = this.failure !== undefined;
    this.failure = failure;
    if (!wasFailing) this.publishStatus();
  }

  /** Forgets the pending doubt; nothing changes any more. */
  close(): void {
    this.doubt?.cancel();
    this.listeners.length = 0;
  }

  private replace(instances: readonly Instance[]): void {
    this.doubt?.cancel();
    this.doubt = undefined;
    const before = this.instances;
    if (isSame(before, instances)) return;
    const known = new Map(before.map((one) => [one.id, one]));
    const next = new Set(instances.map(({ id }) => id));
    this.instances = Object.freeze(instances);
    const { upstream, kind } = this.options;
    events.list.publish({
      upstream,
      kind,
      instances,
      added: instances.filter(({ id }) => !known.has(id)),
      removed: before.filter(({ id }) => !next.has(id)),
    } satisfies ListEvent);
    for (const listener of this.listeners) listener(instances);
  }

  private check(candidates: readonly Candidate[]): Instance[] {
    const byId = new Map<string, Instance>();
    for (const candidate of candidates.slice(0, MAX_INSTANCES)) {
      const reason = this.refuse(candidate);
      if (reason === undefined) {
        const instance = instanceOf(candidate);
        byId.set(instance.id, instance);
      } else this.publishRefusal(candidate, reason);
    }
    return [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  private refuse({ host, port }: Candidate): string | undefined {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'its port is not from 1 to 65535';
    if (typeof host !== 'string') return 'it has no host';
    if (isIP(host) !== 0) return this.options.egress.allows(host) ? undefined : 'the egress ranges do not allow it';
    if (!HOST_NAME.test(host) || /^[\d.]+$/.test(host) || /^0x/i.test(host))
      return 'its host is no name and no address';
    return undefined;
  }

  private publishRefusal({ host, port }: Candidate, reason: string): void {
    if (!events.refused.hasSubscribers) return;
    const { upstream, kind } = this.options;
    const candidate = `${String(host).slice(0, 100)}:${String(port).slice(0, 20)}`;
    events.refused.publish({ upstream, kind, candidate, reason } satisfies RefusedEvent);
  }

  private publishStatus(): void {
    const { upstream, kind } = this.options;
    events.status.publish({ upstream, kind, ...this.status } satisfies StatusEvent);
  }
}

function instanceOf(candidate: Candidate): Instance {
  const { host, port, serverName, protocol = 'http', zone, tags = [], healthy = true } = candidate;
  const { id = `${host.includes(':') ? `[${host}]` : host}:${port}`, weight = 1 } = candidate;
  const rest = { serverName, weight: weightOf(weight), zone, tags: Object.freeze([...tags]), healthy };
  return Object.freeze({ id, protocol, host, port, ...rest });
}

/** What is no number or below nothing counts as 1, as if it had not been said. */
function weightOf(weight: number): number {
  return weight >= 0 ? Math.min(weight, MAX_WEIGHT) : 1;
}

function isSame(before: readonly Instance[], after: readonly Instance[]): boolean {
  return before.length === after.length && JSON.stringify(before) === JSON.stringify(after);
}
