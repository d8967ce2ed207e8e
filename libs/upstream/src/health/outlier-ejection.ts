import type { Clock, Timer } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { EjectionPolicy } from '../policies/ejection.policy.ts';
import { CallWindow } from './call-window.ts';
import { publishInstance } from './instance-state.ts';
import type { Outcome } from './outcome.ts';

/** Milliseconds that an instance is out at least, however many others fail. */
const LEAST_OUT = 1_000;

/** Whose instances are watched, how, and who is told. */
export interface OutlierEjectionOptions {
  readonly upstream: string;
  readonly policy: EjectionPolicy;
  readonly clock: Clock;
  /** Called after the `ejected` of any instance changed, except within `replace`, whose caller knows. */
  readonly onChange: () => void;
}

/** What the calls to one instance came to. */
class CallRecord {
  failuresInRow = 0;
  /** Ejections in a row: how many times `ejectFor` the last one lasted. */
  ejections = 0;
  /** When the last ejection began. */
  ejectedAt = -Infinity;
  /** When the last ejection ended. */
  returnedAt = -Infinity;
  timer: Timer | undefined;
  readonly window: CallWindow;

  constructor(milliseconds: number) {
    this.window = new CallWindow(milliseconds);
  }
}

/**
 * Passive health: leaves out an instance whose real calls fail, for a time that grows with each ejection in a row and
 * shrinks by one step for each `ejectFor` in which the instance stayed in (as in Envoy). When the time is over, or when as many as
 * may be are out and another one fails, it gets traffic again
 * and is judged afresh. A good probe does not end an ejection early: `/health` often answers while calls fail.
 */
export class OutlierEjection {
  /** Of those that were called. */
  private readonly records = new Map<UpstreamInstance, CallRecord>();
  private watched: ReadonlySet<UpstreamInstance> = new Set();
  private ejected = 0;
  /** Instances that nobody took out of service. */
  private inService = 0;
  /** Whether others take over when all of one priority are out. */
  private hasPriorities = false;

  constructor(private readonly options: OutlierEjectionOptions) {}

  /**
   * Watches these instances from now on; what is known of those that stay is kept. A shorter list may hold too many that
   * are out: as many as needed come back at once.
   */
  replace(instances: readonly UpstreamInstance[]): void {
    this.watched = new Set(instances);
    for (const [instance, record] of this.records) {
      if (this.watched.has(instance)) continue;
      record.timer?.cancel();
      if (instance.ejected) this.ejected--;
      this.records.delete(instance);
    }
    const serving = instances.filter((instance) => instance.inService);
    this.inService = serving.length;
    this.hasPriorities = new Set(serving.map(({ description }) => description.priority)).size > 1;
    for (const instance of instances) {
      if (this.ejected <= this.maximum()) return;
      if (instance.ejected) this.readmit(instance, 'too few others are left');
    }
  }

  /**
   * Notes how an attempt ended; costs no allocation unless it is the first of its instance, or ejects.
   *
   * @param startedAt when the attempt began: one from before an ejection says nothing of the instance after it
   * @param now both in the clock's monotonic milliseconds
   */
  record(instance: UpstreamInstance, outcome: Outcome, startedAt: number, now: number): void {
    if (outcome === 'neutral' || instance.ejected) return;
    const record = this.records.get(instance) ?? this.begin(instance);
    if (record === undefined || startedAt < record.returnedAt) return;
    const failed = outcome !== 'ok';
    record.window.add(failed, now);
    record.failuresInRow = outcome === 'failure' ? record.failuresInRow + 1 : 0;
    if (failed) this.judge(instance, record, now);
  }

  /** Ends all ejections' timers; nothing changes any more. */
  close(): void {
    for (const { timer } of this.records.values()) timer?.cancel();
    this.records.clear();
    this.watched = new Set();
  }

  /** A record is made with the first call: of a long list that changes, most are never called. Of whoever has left there is none. */
  private begin(instance: UpstreamInstance): CallRecord | undefined {
    if (!this.watched.has(instance)) return undefined;
    const record = new CallRecord(this.options.policy.window);
    this.records.set(instance, record);
    return record;
  }

  private judge(instance: UpstreamInstance, record: CallRecord, now: number): void {
    const { consecutiveFailures, failureRate, minimumCalls } = this.options.policy;
    const { failuresInRow, window } = record;
    const isRow = failuresInRow >= consecutiveFailures;
    const isRate = window.calls >= minimumCalls && window.failures >= failureRate * window.calls;
    if ((!isRow && !isRate) || this.maximum() === 0) return;
    if (this.ejected >= this.maximum() && !this.readmitLongest(now)) return;
    const reason = isRow ? `${failuresInRow} failures in a row` : `${window.failures} of ${window.calls} calls failed`;
    this.eject(instance, record, now, reason);
  }

  /**
   * Makes room for an instance that fails now by one that failed a while ago: of two that are restarted one after the other, the
   * first may be back.
   *
   * @returns whether there is room
   */
  private readmitLongest(now: number): boolean {
    let longest: UpstreamInstance | undefined;
    let since = now - LEAST_OUT;
    for (const [instance, { ejectedAt }] of this.records) {
      if (!instance.ejected || ejectedAt > since) continue;
      longest = instance;
      since = ejectedAt;
    }
    if (longest) this.readmit(longest, 'others fail now');
    return longest !== undefined;
  }

  private eject(instance: UpstreamInstance, record: CallRecord, now: number, reason: string): void {
    const { upstream, clock, policy, onChange } = this.options;
    const { ejectFor, maxEjectFor } = policy;
    const goodSteps = Math.floor((now - record.returnedAt) / ejectFor);
    const atMost = Math.ceil(maxEjectFor / ejectFor);
    record.ejections = Math.min(Math.max(0, record.ejections - goodSteps) + 1, atMost);
    const duration = Math.min(record.ejections * ejectFor, maxEjectFor);
    record.timer = clock.after(duration, () => {
      this.readmit(instance, `its ${duration} ms are over`);
      onChange();
    });
    record.ejectedAt = now;
    instance.ejected = true;
    this.ejected++;
    publishInstance(upstream, instance, `${reason}: left out for ${duration} ms`, 'ejected');
    onChange();
  }

  private readmit(instance: UpstreamInstance, reason: string): void {
    const { upstream, clock } = this.options;
    const record = this.records.get(instance)!;
    record.timer?.cancel();
    record.returnedAt = clock.now();
    record.failuresInRow = 0;
    record.window.clear();
    instance.ejected = false;
    this.ejected--;
    publishInstance(upstream, instance, reason);
  }

  /** How many may be out at one time: a share, or as many as leave one where there are priorities; one of several always, and never all. */
  private maximum(): number {
    const all = this.inService;
    const share = this.hasPriorities ? all : Math.floor(this.options.policy.maxEjected * all);
    return Math.max(0, Math.min(Math.max(1, share), all - 1));
  }
}
