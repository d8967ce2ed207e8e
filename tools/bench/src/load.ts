import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What to ask for, and how hard. */
export interface LoadOptions {
  readonly port: number;
  /** Origin-form target. */
  readonly path: string;
  /** Keep-alive connections, each with one request in flight: a closed loop. */
  readonly connections: number;
  /** Header fields beside the usual. Default none. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Bytes of the body every answer must have. */
  readonly bodyLength: number;
}

/** What a run counted. */
export interface LoadCount {
  /** Requests sent, each answered whole, with status 200 and the right length. */
  readonly requests: number;
  /** Milliseconds from request to last byte, in ascending order. */
  readonly latencies: Float64Array;
}

/**
 * A load generator on bare sockets. Generators in JavaScript that do more per request (autocannon, undici) cost about as
 * much CPU as the fast contestants, and would then be what is measured.
 */
export class Load {
  private latencies: number[] = [];
  private failure: Error | undefined;
  private stopped = false;
  private sending = false;
  /** Sends the next request of each connection that has none in flight. */
  private readonly idle: (() => void)[] = [];
  private onRest: (() => void) | undefined;
  private readonly sockets: Socket[] = [];
  private readonly request: Buffer;

  constructor(private readonly options: LoadOptions) {
    const head = [
      `GET ${options.path} HTTP/1.1`,
      `Host: 127.0.0.1:${options.port}`,
      'Accept: application/json',
      'Accept-Encoding: gzip, deflate, br',
      'User-Agent: portico-bench/1',
      ...Object.entries(options.fields ?? {}).map(([name, value]) => `${name}: ${value}`),
    ];
    this.request = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
    for (let i = 0; i < options.connections; i++) this.sockets.push(this.connection());
  }

  /** Sends for so many milliseconds, then waits for the last answer. @throws what went wrong, if anything did */
  async run(duration: number): Promise<LoadCount> {
    await this.rest();
    this.latencies = [];
    this.sending = true;
    for (const send of this.idle.splice(0)) send();
    await delay(duration);
    this.sending = false;
    await this.rest();
    const latencies = Float64Array.from(this.latencies).sort();
    return { requests: latencies.length, latencies };
  }

  /** Resolves once every connection stands and has no request in flight. */
  private async rest(): Promise<void> {
    if (this.idle.length < this.options.connections && !this.failure) {
      await new Promise<void>((resolve) => (this.onRest = resolve));
    }
    if (this.failure) throw this.failure;
  }

  private takeRest(send: () => void): void {
    this.idle.push(send);
    if (this.idle.length === this.options.connections) this.onRest?.();
  }

  stop(): void {
    this.stopped = true;
    for (const socket of this.sockets) socket.destroy();
  }

  private connection(): Socket {
    const socket = connect({ port: this.options.port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(this.request);
    };
    const reader = new AnswerReader(this.options.bodyLength, () => {
      this.latencies.push(performance.now() - sentAt);
      if (this.sending) send();
      else this.takeRest(send);
    });
    socket.on('connect', () => this.takeRest(send));
    socket.on('data', (chunk: Buffer) => {
      const problem = reader.read(chunk);
      if (problem) socket.destroy(new Error(problem));
    });
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the contestant closed a connection')));
    return socket;
  }

  private fail(error: Error): void {
    if (this.stopped) return;
    this.failure ??= error;
    this.onRest?.();
  }
}

const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Finds the ends of the answers on one connection. */
class AnswerReader {
  private head: Buffer | undefined;
  /** Body bytes still to come; 0 while a head is awaited. */
  private missing = 0;

  constructor(
    private readonly bodyLength: number,
    private readonly onAnswer: () => void,
  ) {}

  /** @returns what is wrong with the answer, if anything is */
  read(chunk: Buffer): string | undefined {
    if (this.missing > 0) return this.take(chunk.length);
    const data = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = data.indexOf('\r\n\r\n', 0, 'latin1');
    if (end < 0) {
      this.head = data;
      return undefined;
    }
    this.head = undefined;
    const head = data.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 200 ')) return `answered "${head.slice(0, head.indexOf('\r\n'))}"`;
    const length = Number(CONTENT_LENGTH.exec(head)?.[1]);
    if (length !== this.bodyLength) return `content-length is ${length}, not ${this.bodyLength}`;
    this.missing = length;
    return this.take(data.length - end - 4);
  }

  private take(bytes: number): string | undefined {
    if (bytes > this.missing) return 'more bytes than the answer may have';
    this.missing -= bytes;
    if (this.missing === 0) this.onAnswer();
    return undefined;
  }
}
