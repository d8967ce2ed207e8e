import { connect, type Socket } from 'node:net';

/** What to ask for, and how hard. */
export interface LoadOptions {
  readonly port: number;
  /** Origin-form target. */
  readonly path: string;
  /** Keep-alive connections, each with one request in flight: a closed loop. */
  readonly connections: number;
  /** Bytes of the body every answer must have. */
  readonly bodyLength: number;
}

/** What was counted between `open` and `close`. */
export interface LoadCount {
  /** Answers that came whole, all with status 200 and the right length. */
  readonly requests: number;
  /** Milliseconds from request to last byte, in ascending order. */
  readonly latencies: Float64Array;
}

/**
 * A load generator on bare sockets. Generators in JavaScript that do more per request (autocannon, undici) cost about as
 * much CPU as the fast contestants, and would then be what is measured.
 */
export class Load {
  private latencies: number[] | undefined;
  private failure: Error | undefined;
  private stopped = false;
  private readonly sockets: Socket[] = [];
  private readonly request: Buffer;

  constructor(private readonly options: LoadOptions) {
    const head = [
      `GET ${options.path} HTTP/1.1`,
      `Host: 127.0.0.1:${options.port}`,
      'Accept: application/json',
      'Accept-Encoding: gzip, deflate, br',
      'User-Agent: portico-bench/1',
    ];
    this.request = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
    for (let i = 0; i < options.connections; i++) this.sockets.push(this.connection());
  }

  /** Starts to count. */
  open(): void {
    this.latencies = [];
  }

  /** Ends the count; the load goes on until `stop`. @throws what went wrong since the start, if anything did */
  close(): LoadCount {
    if (this.failure) throw this.failure;
    const latencies = Float64Array.from(this.latencies ?? []).sort();
    this.latencies = undefined;
    return { requests: latencies.length, latencies };
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
      this.latencies?.push(performance.now() - sentAt);
      send();
    });
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      const problem = reader.read(chunk);
      if (problem) socket.destroy(new Error(problem));
    });
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the contestant closed a connection')));
    return socket;
  }

  private fail(error: Error): void {
    if (!this.stopped) this.failure ??= error;
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
