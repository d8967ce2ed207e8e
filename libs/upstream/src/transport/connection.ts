import type { Socket } from 'node:net';
import type { Clock, Timer } from '@portico/core';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import { readEarlyAnswers } from './early-answer.ts';
import type { Exchange } from './exchange.ts';
import { InterimAnswers } from './interim-answers.ts';

/** Share of the largest age by which the ages of connections differ, so that those opened together do not end together. */
const JITTER = 0.2;

/** What connections are opened with. */
export interface ConnectionMeans {
  readonly connect: buildConnector.connector;
  /** Milliseconds after which a connection gets no more calls. */
  readonly maxAge: number;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/**
 * One of a pool's connections, opened anew whenever it was closed: carries one exchange at a time, and is closed between two of
 * them when it is older than it may be.
 */
export class Connection extends Client {
  private readonly interim = new InterimAnswers();
  private readonly means: ConnectionMeans;
  private socket: Socket | undefined;
  private isBusy = false;
  private isSending = false;
  private isOld = false;

  constructor(origin: URL, options: Client.Options, means: ConnectionMeans) {
    super(origin, { ...options, connect: (target, callback) => this.open(target, callback) });
    this.means = means;
  }

  /** Whether the answer that is being read came with HTTP/1.0. */
  get isHttp10(): boolean {
    return this.interim.isHttp10;
  }

  /** Takes exchanges only. */
  override dispatch(options: Dispatcher.DispatchOptions, exchange: Dispatcher.DispatchHandler): boolean {
    (exchange as Exchange).connection = this;
    return super.dispatch(options, exchange);
  }

  /**
   * An exchange's request is about to be written.
   *
   * @param hasBody whether more than a head will be
   */
  begin(hasBody: boolean): void {
    this.isBusy = true;
    this.isSending = hasBody;
    this.interim.expect();
  }

  /** The exchange that began last is over. */
  end(): void {
    this.isBusy = false;
    // Not at once, because the parser is still at work on the end of the answer; but before undici sends the next request.
    if (this.isOld) setImmediate(() => this.closeIfOld());
  }

  private open(target: buildConnector.Options, callback: buildConnector.Callback): void {
    this.means.connect(target, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error) return callback(error, null);
      this.watch(socket);
      callback(null, socket);
    });
  }

  private watch(socket: Socket): void {
    const { interim } = this;
    const { clock, maxAge, random } = this.means;
    this.socket = socket;
    this.isOld = false;
    readEarlyAnswers(socket, () => this.isSending);
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size?: number): Buffer | null => {
      const bytes = read(size);
      if (bytes !== null) interim.read(bytes);
      return bytes;
    };
    const timer: Timer = clock.after(maxAge * (1 - JITTER * random()), () => {
      this.isOld = true;
      this.closeIfOld();
    });
    socket.once('close', () => timer.cancel());
  }

  private closeIfOld(): void {
    if (this.isOld && !this.isBusy) this.socket?.destroy();
  }
}
