import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import { readEarlyAnswers } from './early-answer.ts';
import type { Exchange } from './exchange.ts';
import { InterimAnswers } from './interim-answers.ts';

/** One of a pool's connections, opened anew whenever it was closed: carries one exchange at a time. */
export class Connection extends Client {
  private readonly interim = new InterimAnswers();
  private isSending = false;

  constructor(
    origin: URL,
    options: Client.Options,
    private readonly connector: buildConnector.connector,
  ) {
    super(origin, { ...options, connect: (target, callback) => this.open(target, callback) });
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
    this.isSending = hasBody;
    this.interim.expect();
  }

  private open(target: buildConnector.Options, callback: buildConnector.Callback): void {
    this.connector(target, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error) return callback(error, null);
      this.watch(socket);
      callback(null, socket);
    });
  }

  private watch(socket: Socket): void {
    const { interim } = this;
    readEarlyAnswers(socket, () => this.isSending);
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size?: number): Buffer | null => {
      const bytes = read(size);
      if (bytes !== null) interim.read(bytes);
      return bytes;
    };
  }
}
