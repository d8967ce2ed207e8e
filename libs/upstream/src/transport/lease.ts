import type { RequestContext } from '@portico/core';
import type { LongCalls } from '../transfers/long-calls.ts';
import type { Transfer } from '../transfers/transfers.ts';
import type { BodyStream } from './body-stream.ts';
import type { Caller, ConnectionPlaces } from './connection-places.ts';

/** The call that a lease is for. */
export interface Leaseholder extends Caller {
  readonly ctx: RequestContext;
  /** Bytes of the answer so far. */
  readonly received: number;
  /** The answer, once it is streamed. */
  readonly stream: BodyStream | undefined;
  /** Its place goes to another client's: it must end now. */
  giveWay(): void;
}

/** What one call holds of the connections to its instance: nothing yet, its turn, or a place among the calls that last. */
export class Lease implements Transfer {
  /** A slow reader was found to stand still before it became one. */
  readonly grace = 0;
  private state: 'none' | 'turn' | 'long' = 'none';
  private leaveStreams: (() => void) | undefined;

  constructor(
    private readonly places: ConnectionPlaces,
    private readonly longCalls: LongCalls,
    private readonly holder: Leaseholder,
  ) {}

  /** Whether it has a place of its own, beside the connections that all other calls share. */
  get isLong(): boolean {
    return this.state === 'long';
  }

  get ctx(): RequestContext {
    return this.holder.ctx;
  }

  get moved(): number {
    return this.holder.received;
  }

  /**
   * True: the call may be dispatched. False: its `go` is called when it may.
   *
   * @param isUpload its body is sent as it comes; a gate has given it a place already
   */
  begin(isUpload: boolean): boolean {
    this.state = isUpload ? 'long' : 'turn';
    if (!isUpload) return this.places.enter(this.holder);
    this.places.enterLong();
    return true;
  }

  /** Its reader is slow. Others need its connection: it takes a place of its own, which may be another's. */
  becomeTransfer(): void {
    const { transfers } = this.longCalls;
    if (!this.places.areScarce && transfers.isFull(this.ctx)) return;
    if (transfers.enter(this)) this.lengthen();
  }

  /** Its answer is an event stream. False: there is no place for one more. */
  becomeEventStream(): boolean {
    this.leaveStreams = this.longCalls.eventStreams.enter(this.ctx);
    if (!this.leaveStreams) return false;
    if (!this.isLong) this.lengthen();
    return true;
  }

  giveWay(): void {
    this.holder.giveWay();
  }

  /** Gives everything back; harmless when there is nothing. */
  end(): void {
    const { state } = this;
    this.state = 'none';
    if (state === 'turn') this.places.leave(this.holder);
    if (state !== 'long') return;
    this.longCalls.transfers.leave(this);
    this.leaveStreams?.();
    this.places.leaveLong();
  }

  private lengthen(): void {
    this.state = 'long';
    this.places.enterLong();
    this.places.leave(this.holder);
    this.holder.stream?.moveApart();
  }
}
