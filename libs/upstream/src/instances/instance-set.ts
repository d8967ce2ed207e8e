import { type Clock, inSlices } from '@portico/core';
import type { Instance, InstanceSource, SourceStatus } from '@portico/discovery';
import type { Balancer } from '../balancers/balancer.ts';
import { events, type TrafficEvent } from '../events.ts';
import { publishInstance } from '../health/instance-state.ts';
import type { BalancePolicy } from '../policies/balance.policy.ts';
import { originsOf } from '../transport/origin.ts';
import type { Transport } from '../transport/undici-transport.ts';
import { isServing, isThere, type Member, reasonOf } from './member.ts';
import { OncePerTurn } from './once-per-turn.ts';
import { selectCandidates } from './select-candidates.ts';
import { SlowStart } from './slow-start.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { UpstreamInstance } from './upstream-instance.ts';

/** What a set of instances is made of. */
export interface InstanceSetOptions {
  readonly upstream: string;
  readonly source: InstanceSource;
  readonly policy: BalancePolicy;
  readonly balancer: Balancer;
  /** Opens the connections to an instance; none is made before the first call. */
  readonly open: (instance: Instance) => Transport;
  readonly clock: Clock;
}

/**
 * The instances of one upstream: follows its source, keeps the connections and the history of those that stay, closes the
 * connections of those that left once their calls have ended, and tells the balancer who may get calls. All that happens when
 * something changed, nothing for a call.
 */
export class InstanceSet {
  all: readonly UpstreamInstance[] = [];
  /** Whether who gets calls is as usual. */
  traffic: Traffic = { state: 'none', reason: 'it has no instance' };
  private told: Traffic['state'] = 'normal';
  private members = new Map<string, Member>();
  private knownOrigins: ReadonlySet<string> | undefined;
  private readonly slowStart: SlowStart;
  private readonly selection = new OncePerTurn(() => this.select());
  /** New instances of a list while they are opened, which takes several turns of the event loop when they are many. */
  private opening: ReadonlyMap<string, Member> | undefined;
  private giveUpOpening = (): void => undefined;
  /** Whether it has taken over a list that its source answered. */
  private hasList = false;
  /** The newest list that came meanwhile. */
  private waiting: readonly Instance[] | undefined;
  private readonly closing = new Set<Promise<void>>();
  private readonly renewalListeners: (() => void)[] = [];
  private readonly listeners: ((all: readonly UpstreamInstance[]) => void)[] = [];

  constructor(private readonly options: InstanceSetOptions) {
    const { source, policy } = options;
    this.slowStart = new SlowStart(policy.slowStart);
    // At once: the first call may come before the next turn.
    const first = source.instances.map((one) => [one.id, this.openMember(one, -Infinity)] as const);
    this.swap(source.instances, new Map(first));
    source.onChange((instances) => this.replace(instances));
  }

  get upstream(): string {
    return this.options.upstream;
  }

  get kind(): string {
    return this.options.source.kind;
  }

  get status(): SourceStatus {
    return this.options.source.status;
  }

  /** Whether it waits for the first answer of its source, or still opens the instances that this names. */
  get isStarting(): boolean {
    return this.status.state === 'starting' || (this.opening !== undefined && !this.hasList);
  }

  /** Origins (RFC 6454) that the instances of today are found at, by address and by name. */
  get origins(): ReadonlySet<string> {
    return (this.knownOrigins ??= new Set(this.all.flatMap(({ description }) => originsOf(description))));
  }

  /** Begins to follow the source. */
  start(): void {
    this.options.source.start();
  }

  /** Calls `listener` after every change of who is there, before the balancer hears of it. */
  onReplace(listener: (all: readonly UpstreamInstance[]) => void): void {
    this.listeners.push(listener);
    listener(this.all);
  }

  /** Calls `listener` when the source names a healthy instance that it did not name, or not as healthy, before. */
  onRenewal(listener: () => void): void {
    this.renewalListeners.push(listener);
  }

  /** Works out again who may get calls, once in a turn of the event loop: the health of an instance changed. */
  refresh(): void {
    this.selection.ask();
  }

  /** Lets the shares of new instances grow; costs a comparison when none is new. */
  advance(now: number): void {
    if (now >= this.slowStart.nextStep) this.selection.now();
  }

  /** Follows the source no more, and closes all connections once their calls have ended. */
  async close(): Promise<void> {
    this.options.source.close();
    this.selection.close();
    this.giveUpOpening();
    this.waiting = undefined;
    for (const { transport } of [...this.members.values(), ...(this.opening?.values() ?? [])])
      this.closeLater(transport);
    this.members.clear();
    await Promise.all(this.closing);
  }

  private select(): void {
    const candidates = selectCandidates(this.all, this.options.policy.panicBelow);
    this.note(trafficOf(this.all, candidates));
    this.slowStart.weigh(candidates, this.options.clock.now());
    this.options.balancer.update(candidates, this.all);
  }

  /** Who is new is opened first, in slices; then the list takes the place of the former as a whole. */
  private replace(descriptions: readonly Instance[]): void {
    if (this.opening) {
      this.waiting = descriptions;
      return;
    }
    // Who is there from the beginning has nobody to be slow beside.
    const since = this.members.size === 0 ? -Infinity : this.options.clock.now();
    const opened = new Map<string, Member>();
    this.opening = opened;
    const giveUp = inSlices(
      descriptions.filter((one) => !isThere(this.members.get(one.id), one)),
      (one) => void opened.set(one.id, this.openMember(one, since)),
      () => this.swap(descriptions, opened),
    );
    if (this.opening === opened) this.giveUpOpening = giveUp;
  }

  private swap(descriptions: readonly Instance[], opened: ReadonlyMap<string, Member>): void {
    const before = this.members;
    const isRenewed = descriptions.some((one) => one.healthy && !isServing(before.get(one.id), one));
    this.opening = undefined;
    this.hasList = this.status.state !== 'starting';
    this.members = new Map();
    for (const one of descriptions) this.members.set(one.id, opened.get(one.id) ?? this.keep(before.get(one.id)!, one));
    this.all = [...this.members.values()].map(({ instance }) => instance);
    this.knownOrigins = undefined;
    for (const member of opened.values()) this.publishNew(member);
    for (const [id, member] of before) if (this.members.get(id) !== member) this.retire(member);
    for (const listener of this.listeners) listener(this.all);
    this.select();
    if (isRenewed) for (const listener of this.renewalListeners) listener();
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.replace(waiting);
  }

  private keep(known: Member, description: Instance): Member {
    const { healthy, withdrawn } = known.instance.description;
    known.instance.description = description;
    const isNews = healthy !== description.healthy || withdrawn !== description.withdrawn;
    if (isNews) this.publish(known, reasonOf(description));
    return known;
  }

  private openMember(description: Instance, since: number): Member {
    const transport = this.options.open(description);
    return { instance: new UpstreamInstance(description, transport.send, since), transport };
  }

  private publishNew(member: Member): void {
    const { description, since } = member.instance;
    if (!description.healthy) this.publish(member, reasonOf(description));
    else if (since !== -Infinity) this.publish(member, 'it is new', 'joined');
  }

  private retire(member: Member): void {
    this.publish(member, 'it left', 'gone');
    this.closeLater(member.transport);
  }

  private closeLater(transport: Transport): void {
    const closed = transport.close().finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }

  /** An empty list is told of by whoever keeps the list. */
  private note(traffic: Traffic): void {
    this.traffic = traffic;
    const state = this.all.length === 0 ? 'normal' : traffic.state;
    if (state === this.told) return;
    this.told = state;
    if (this.all.length === 0 || !events.traffic.hasSubscribers) return;
    events.traffic.publish({ upstream: this.upstream, state, reason: traffic.reason } satisfies TrafficEvent);
  }

  private publish({ instance }: Member, reason: string, state?: 'joined' | 'gone'): void {
    publishInstance(this.options.upstream, instance, reason, state);
  }
}
