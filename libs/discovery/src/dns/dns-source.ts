import { systemClock } from '@portico/core';
import type { Candidate } from '../instance.ts';
import { InstanceList } from '../instance-list.ts';
import { PolledSource } from '../polled-source.ts';
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
export class DnsSource extends PolledSource {
  readonly kind: string;
  protected readonly list: InstanceList;
  protected readonly poller: Poller;

  constructor(
    private readonly finder: Finder,
    { upstream, egress, clock = systemClock, random = Math.random }: SourceOptions,
  ) {
    super();
    this.kind = finder.kind;
    this.list = new InstanceList({ upstream, kind: finder.kind, egress, clock });
    const onFailure = (reason: string): void => this.list.fail(reason);
    this.poller = new Poller({ poll: () => this.ask(), onFailure, clock, random });
  }

  override close(): void {
    super.close();
    this.finder.cancel();
  }

  private async ask(): Promise<number> {
    const { candidates, ttl } = await this.finder.find();
    this.list.accept(candidates);
    return this.finder.interval ?? Math.min(Math.max(ttl * 1_000, MIN_WAIT), MAX_WAIT);
  }
}
