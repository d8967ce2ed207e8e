import { type Clock, inSlices, type Timer } from '@portico/core';
import type { Egress } from './egress.ts';
import { events, type ListEvent, type StatusEvent } from './events.ts';
import { isSamePlace } from './instance-check.ts';
import type { Candidate, Instance } from './instance.ts';
import type { SourceStatus } from './instance-source.ts';
import { ListCheck } from './list-check.ts';
import { Refusals } from './refusals.ts';
import { ToldReasons } from './told-reasons.ts';

const DOUBT_EMPTY = 30_000;

/** Whose list it is, and what it is checked with. */
export interface InstanceListOptions {
  readonly upstream: string;
  readonly kind: string;
  readonly egress: Egress;
  readonly clock: Clock;
  /** Milliseconds for which an empty answer is doubted: a registry that starts anew knows nobody for a while. Default 30000. */
  readonly doubtEmpty?: number;
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
  private readonly told = new ToldReasons();
  private readonly refusals: Refusals;
  private closed = false;
  /** Of a long list, which takes several turns of the event loop. */
  private checking: ListCheck | undefined;
  private giveUpCheck = (): void => undefined;
  /** The newest list that came meanwhile. */
  private waiting: readonly Candidate[] | undefined;
  /** The failure of the registry since then. */
  private failedMeanwhile: string | undefined;
  /** The state that was published last; undefined: none was. */
  private toldState: SourceStatus['state'] | undefined;
  private readonly listeners: ((instances: readonly Instance[]) => void)[] = [];

  constructor(private readonly options: InstanceListOptions) {
    this.refusals = new Refusals(options);
  }

  get status(): SourceStatus {
    const { confirmedAt, failure } = this;
    const age = confirmedAt === undefined ? undefined : this.options.clock.now() - confirmedAt;
    return { state: this.state, age, failure };
  }

  onChange(listener: (instances: readonly Instance[]) => void): void {
    this.listeners.push(listener);
  }

  /**
   * The registry answered with this whole list. A long one is checked in slices, and takes the place of the former as a whole; of
   * those that come meanwhile the newest counts.
   */
  accept(candidates: readonly Candidate[]): void {
    if (this.closed) return;
    if (this.checking) {
      this.waiting = candidates;
      this.failedMeanwhile = undefined;
      return;
    }
    const check = new ListCheck(this.options.egress, this.byId);
    this.checking = check;
    const giveUp = inSlices(
      candidates,
      (candidate) => check.add(candidate),
      () => this.conclude(candidates, check),
    );
    if (this.checking === check) this.giveUpCheck = giveUp;
  }

  /** The registry answered that nothing has changed. */
  confirm(): void {
    if (this.closed) return;
    this.failedMeanwhile = undefined;
    this.confirmedAt = this.options.clock.now();
    if (this.doubt) return;
    const wasFresh = this.toldState === 'fresh';
    this.failure = undefined;
    this.told.clear();
    if (!wasFresh) this.publishStatus();
  }

  /** The registry did not answer, or with nonsense: the last good list stays. */
  fail(failure: string): void {
    if (this.closed) return;
    // An empty answer that is followed by none has not stood for long enough: an error must never empty the list.
    this.dropDoubt();
    if (this.waiting?.length === 0) this.waiting = undefined;
    // It is newer than the list that is being checked, which confirms itself when it is done.
    if (this.checking) this.failedMeanwhile = failure;
    this.failure = failure;
    if (this.told.isNews(failure)) this.publishStatus();
  }

  /** Forgets the pending doubt; nothing changes any more, whatever is still said. */
  close(): void {
    this.closed = true;
    this.giveUpCheck();
    this.waiting = undefined;
    this.dropDoubt();
    this.listeners.length = 0;
  }

  private conclude(candidates: readonly Candidate[], check: ListCheck): void {
    this.checking = undefined;
    const { failedMeanwhile } = this;
    this.failedMeanwhile = undefined;
    const instances = check.instances();
    this.refusals.publish(check.refusals);
    this.believe(candidates, instances);
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.accept(waiting);
    if (failedMeanwhile !== undefined) this.fail(failedMeanwhile);
  }

  private believe(candidates: readonly Candidate[], instances: readonly Instance[]): void {
    if (instances.length === 0 && candidates.length > 0) {
      this.fail(`none of the ${candidates.length} instances it names can be used`);
      return;
    }
    if (instances.length === 0 && this.instances.length > 0) {
      this.doubtThis();
      return;
    }
    this.dropDoubt();
    const isFirst = this.confirmedAt === undefined;
    this.confirm();
    if (isFirst || !this.isSame(instances)) this.replace(instances);
  }

  private get state(): SourceStatus['state'] {
    if (this.doubt) return 'doubted';
    if (this.confirmedAt === undefined) return 'starting';
    return this.failure === undefined ? 'fresh' : 'stale';
  }

  /** The registry says that nobody is left. However often it does, the doubt has one end. */
  private doubtThis(): void {
    const { clock, doubtEmpty = DOUBT_EMPTY } = this.options;
    this.confirmedAt = clock.now();
    if (this.doubt) return;
    this.failure = `it names no instance any more, which is believed in ${doubtEmpty / 1_000} s`;
    this.doubt = clock.after(doubtEmpty, () => {
      this.dropDoubt();
      this.told.clear();
      this.toldState = 'fresh';
      this.replace([]);
    });
    if (this.told.isNews(this.failure)) this.publishStatus();
  }

  private dropDoubt(): void {
    if (!this.doubt) return;
    this.doubt.cancel();
    this.doubt = undefined;
    this.failure = undefined;
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
      moved: movesOf(known, instances),
    } satisfies ListEvent);
    for (const listener of this.listeners) listener(instances);
  }

  private publishStatus(): void {
    const { upstream, kind } = this.options;
    this.toldState = this.state;
    events.status.publish({ upstream, kind, ...this.status } satisfies StatusEvent);
  }
}

function movesOf(known: ReadonlyMap<string, Instance>, instances: readonly Instance[]): ListEvent['moved'] {
  return instances.flatMap((after) => {
    const before = known.get(after.id);
    return before === undefined || isSamePlace(before, after) ? [] : [{ before, after }];
  });
}
