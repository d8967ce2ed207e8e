import { Readable } from 'node:stream';
import { BffError, type BffErrorCode, type Clock, type Timer } from '@portico/core';
import type { UpstreamRequest } from '../send.ts';
import type { UpstreamSettings } from '../settings.ts';
import type { BodyStream } from './body-stream.ts';
import type { Lease } from './lease.ts';
import { StreamWatch } from './stream-watch.ts';

/** An answer that is not complete so many milliseconds after its head is streamed from there. */
const HOLD_TIME = 50;
/** Milliseconds between two looks at a streamed answer on a connection that others may need: its reader is slow if nothing moved. */
const STALL = 100;

/** How far an exchange is. */
export type Phase = 'queued' | 'connecting' | 'sending' | 'sent' | 'holding' | 'streaming' | 'event-stream';

/** What is watched of an exchange. */
export interface Watched {
  readonly phase: Phase;
  readonly request: UpstreamRequest;
  /** Bytes of the answer so far. */
  readonly received: number;
  readonly stream: BodyStream | undefined;
  readonly lease: Lease;
  readonly ended: boolean;
  startStream(): unknown;
  fail(code: BffErrorCode, why?: string): void;
}

/** Watches the time of one exchange: silence in each of its phases, answers that take long, transfers that are slow. */
export class Watch {
  /** When the one we wait for last did something, or the wait began. */
  private lastActivity: number;
  private headAt = 0;
  private readonly period: number;
  private timer: Timer | undefined;
  private pace: StreamWatch | undefined;

  constructor(
    private readonly exchange: Watched,
    private readonly settings: UpstreamSettings,
    private readonly clock: Clock,
  ) {
    this.lastActivity = clock.now();
    this.period = Math.min(settings.connectTimeout, settings.headersTimeout, settings.bodyTimeout);
  }

  start(): void {
    this.lookIn(this.period);
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** The one we wait for has done something. */
  touch(): void {
    this.lastActivity = this.clock.now();
  }

  /** The head of the answer is there. */
  touchHead(): void {
    this.headAt = this.lastActivity = this.clock.now();
  }

  /** The answer is held, and was not complete with its head. */
  expectSoon(): void {
    this.lookIn(HOLD_TIME);
  }

  /** The answer is streamed from here. */
  followStream(): void {
    const { phase, received } = this.exchange;
    if (phase === 'streaming') this.pace = new StreamWatch(this.settings, this.clock.now(), received);
    this.lookIn(this.nextLook);
  }

  private lookIn(delay: number): void {
    this.timer?.cancel();
    this.timer = this.clock.after(delay, this.look);
  }

  /** Others may need the connection of a stream, so that it is looked at more often. */
  private get nextLook(): number {
    return this.pace && !this.exchange.lease.isLong ? Math.min(STALL, this.period) : this.period;
  }

  /** One timer serves all phases: when it rings early, it is wound up again for the rest. */
  private readonly look = (): void => {
    const { exchange } = this;
    if (exchange.ended) return;
    const now = this.clock.now();
    if (this.isLate(now)) exchange.startStream();
    else if (this.pace) this.checkPace(this.pace, now);
    // A failure of these has ended it.
    if (exchange.ended) return;
    if (this.isClientsTurn()) this.lastActivity = now;
    const [limit, code] = this.patience();
    const left = limit - (now - this.lastActivity);
    if (left > 0) this.lookIn(Math.min(left, this.nextLook));
    else exchange.fail(code);
  };

  /** Whether a held answer takes too long to be held on. */
  private isLate(now: number): boolean {
    const { phase, request } = this.exchange;
    return phase === 'holding' && request.holdUpTo === undefined && now - this.headAt >= HOLD_TIME;
  }

  private checkPace(pace: StreamWatch, now: number): void {
    const { exchange } = this;
    const isWaiting = exchange.stream!.waiting;
    const progress = pace.look(now, exchange.received);
    if (progress === 'slow') {
      const code = isWaiting ? 'client-too-slow' : 'upstream-body-timeout';
      exchange.fail(code, `the answer moved at less than ${this.settings.minRate} bytes a second`);
    } else if (progress === 'stalled' && isWaiting && !exchange.lease.isLong) exchange.lease.becomeTransfer();
  }

  /** True while the upstream waits for the client: for more of the request's body, or to take more of the answer's. */
  private isClientsTurn(): boolean {
    const { phase, stream, request } = this.exchange;
    if (stream) return stream.waiting;
    return phase === 'sending' && request.body instanceof Readable && request.body.readableFlowing === true;
  }

  /** How long the silence of this phase may last, and what it is called when it lasts longer. */
  private patience(): [limit: number, code: BffErrorCode] {
    const { settings } = this;
    switch (this.exchange.phase) {
      case 'queued':
        return [settings.connectTimeout, 'upstream-saturated'];
      case 'connecting':
        return [settings.connectTimeout, 'upstream-connect-timeout'];
      case 'sending':
      case 'sent':
        return [settings.headersTimeout, 'upstream-timeout'];
      case 'event-stream':
        return [settings.eventStreamTimeout, 'upstream-body-timeout'];
      default:
        return [settings.bodyTimeout, 'upstream-body-timeout'];
    }
  }
}

/** As many calls as may be are under way already. */
export function saturated({ name: upstream }: UpstreamSettings, what: string): BffError {
  return new BffError('upstream-saturated', {
    upstream,
    cause: `all ${what} are in use`,
    headers: { 'retry-after': '1' },
  });
}
