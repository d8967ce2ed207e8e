import { FOR_STRANGERS, holderOf, type RequestContext, type Share, shareToTakeBack } from '@portico/core';

/** Bytes a second below which a transfer may have to give its place to another client's. */
const SLOW = 16 * 1024;

/** A call whose client is slow: a large body that is sent as it comes, or a large answer that is read slowly. */
export interface Transfer {
  readonly ctx: RequestContext;
  /** Bytes moved so far, of which its speed is made. */
  readonly moved: number;
  /** Milliseconds from its begin in which nobody judges its speed. */
  readonly grace: number;
  /** Ends it; it has left its place. */
  giveWay(): void;
}

interface Place extends Share {
  readonly transfer: Transfer;
  readonly isKnown: boolean;
  readonly since: number;
  readonly movedBefore: number;
}

/**
 * The places of an upstream's long transfers, apart from the connections of all other calls. When none is free, the slowest
 * transfer of the client that has most of them gives way, if it is slow enough; callers who are logged in never give way to others.
 */
export class Transfers {
  private readonly taken = new Map<Transfer, Place>();
  private strangers = 0;
  private readonly forStrangers: number;

  /** @param places at one time, at all instances of the upstream */
  constructor(private readonly places: number) {
    this.forStrangers = Math.ceil(places * FOR_STRANGERS);
  }

  /** Whether no place is free for whoever a request comes from. */
  isFull({ principal }: RequestContext): boolean {
    return this.taken.size >= this.places || (principal === undefined && this.strangers >= this.forStrangers);
  }

  /** Whether the transfer has a place now; each place must be left once. */
  enter(transfer: Transfer): boolean {
    const { ctx, moved: movedBefore } = transfer;
    const isKnown = ctx.principal !== undefined;
    const place = { transfer, client: holderOf(ctx), amount: 1, isKnown, since: ctx.clock.now(), movedBefore };
    if (!this.isFull(ctx)) return this.add(place);
    const rivals = [...this.taken.values()].filter((other) => other.isKnown === isKnown);
    const victim = shareToTakeBack(rivals, (other) => speedOf(other, place.since), place)?.transfer;
    if (!victim) return false;
    this.leave(victim);
    victim.giveWay();
    return !this.isFull(ctx) && this.add(place);
  }

  /** Gives the place back; harmless for one that has none. */
  leave(transfer: Transfer): void {
    const place = this.taken.get(transfer);
    if (!place) return;
    this.taken.delete(transfer);
    if (!place.isKnown) this.strangers--;
  }

  private add(place: Place): true {
    this.taken.set(place.transfer, place);
    if (!place.isKnown) this.strangers++;
    return true;
  }
}

/** Bytes a second since it has its place; `Infinity` for one that is fast enough, or too young to tell. */
function speedOf({ transfer, since, movedBefore }: Place, now: number): number {
  const age = now - since;
  if (age < transfer.grace) return Infinity;
  const speed = ((transfer.moved - movedBefore) * 1_000) / Math.max(1, age);
  return speed < SLOW ? speed : Infinity;
}
