import { systemClock } from '@portico/core';
import type { Candidate, Instance } from '../instance.ts';
import { InstanceList } from '../instance-list.ts';
import type { InstanceSource, SourceStatus } from '../instance-source.ts';
import { Poller } from '../poller.ts';
import type { SourceOptions } from '../source-options.ts';

/** What one round of questions found. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** Seconds for which it holds. */
  readonly ttl: number;
}

/** Asks name servers; made for one source. */
export interface Finder {
  readonly kind: 'dns' | 'srv';
  /** Milliseconds between rounds; undefined: as long as what was found holds. */
  readonly interval: number | undefined;
  /** @throws Error when nothing is known now, so that the last good list stays */
  find(): Promise<Found>;
  /** Gives up what is under way. */
  cancel(): void;
}

/** Milliseconds. A time to live of 0 would ask without pause, one of a week would never notice a move. */
const MIN_WAIT = 1_000;
const MAX_WAIT = 300_000;

/** Instances by their DNS records, asked for again when these have lived. */
export class DnsSource implements InstanceSource {
  readonly kind: string;
  private readonly list: InstanceList;
  private readonly poller: Poller;

  constructor(
    private readonly finder: Finder,
    { upstream, egress, clock = systemClock, random = Math.random }: SourceOptions,
  ) {
    this.kind = finder.kind;
    this.list = new InstanceList({ upstream, kind: finder.kind, egress, clock });
    const onFailure = (reason: string): void => this.list.fail(reason);
    this.poller = new Poller({ poll: () => this.ask(), onFailure, clock, random });
  }

  get instances(): readonly Instance[] {
    return this.list.instances;
  }

  get status(): SourceStatus {
    return this.list.status;
  }

  start(): void {
    this.poller.start();
  }

  onChange(listener: (instances: readonly Instance[]) => void): void {
    this.list.onChange(listener);
  }

  close(): void {
    this.poller.close();
    this.finder.cancel();
    this.list.close();
  }

  private async ask(): Promise<number> {
    const { candidates, ttl } = await this.finder.find();
    this.list.accept(candidates);
    return this.finder.interval ?? Math.min(Math.max(ttl * 1_000, MIN_WAIT), MAX_WAIT);
  }
}
