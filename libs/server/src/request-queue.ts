import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const QUEUE = Symbol('portico.request-queue');

type Queued = Socket & { [QUEUE]?: RequestQueue };

/** Requests that wait on one connection before nothing more is read from it. */
const MAX_READ_AHEAD = 32;

/** Requests that wait on all connections of a server together. A waiting request takes about 3 KB. */
const MAX_WAITING = 20_000;

/** What the queues of one server share. */
export interface QueueOwner {
  /** Requests that wait on all connections. */
  waiting: number;
  /** Begins to answer a request: no other request of its connection is being answered. */
  serve(response: ServerResponse, queue: RequestQueue): void;
  /** Gives a connection up whose requests would exceed what may wait. */
  overflow(response: ServerResponse): void;
}

/**
 * The requests of one connection. They are answered one at a time, in their order (RFC 9112 9.3.2 lets a server do so):
 * one connection takes one place of an upstream, at most one response of it is held in memory, and nothing is executed
 * behind a response that ends the connection (RFC 9112 9.6) or for a client that is gone. Requests are known by their
 * responses.
 */
export class RequestQueue {
  /** The request that is being answered. */
  current: ServerResponse | undefined;
  /** Called once, when no request is left to be answered. */
  onEmpty: (() => void) | undefined;
  private readonly waiting: ServerResponse[] = [];
  private watches = false;
  private holds = false;

  private constructor(
    private readonly socket: Socket,
    private readonly owner: QueueOwner,
  ) {}

  /** The queue of a connection, which all its requests share. */
  static of(socket: Socket, owner: QueueOwner): RequestQueue {
    return ((socket as Queued)[QUEUE] ??= new RequestQueue(socket, owner));
  }

  /** The request that arrived last, unless it is answered. */
  get newest(): ServerResponse | undefined {
    return this.waiting.at(-1) ?? this.current;
  }

  /** Takes a request in: it is served at once, or waits its turn, or is left alone because the connection ends. */
  enter(response: ServerResponse): void {
    if (this.current !== undefined) this.wait(response);
    else if (this.socket.writable) this.begin(response);
  }

  /** The current request is answered, or its client gone: the next one has its turn. */
  leave(): void {
    this.current = undefined;
    if (this.waiting.length > 0) this.next();
    if (this.current === undefined && this.onEmpty !== undefined) {
      this.onEmpty();
      this.onEmpty = undefined;
    }
  }

  /** Takes back the newest request, which waits and turned out malformed. */
  withdraw(): void {
    this.waiting.pop();
    this.owner.waiting--;
  }

  private begin(response: ServerResponse): void {
    this.current = response;
    this.owner.serve(response, this);
  }

  private next(): void {
    if (!this.socket.writable) return this.drop();
    this.owner.waiting--;
    const response = this.waiting.shift()!;
    if (this.holds && this.waiting.length < MAX_READ_AHEAD) {
      this.holds = false;
      this.socket.resume();
    }
    this.begin(response);
  }

  private wait(response: ServerResponse): void {
    if (this.owner.waiting >= MAX_WAITING) return this.owner.overflow(this.current!);
    this.watch();
    this.owner.waiting++;
    this.waiting.push(response);
    if (this.waiting.length < MAX_READ_AHEAD || this.holds) return;
    this.holds = true;
    this.socket.pause();
  }

  /** On connections that pipeline only. */
  private watch(): void {
    if (this.watches) return;
    this.watches = true;
    this.socket.on('close', () => this.drop());
    // Node's server reads on at the end of every message.
    this.socket.on('resume', () => {
      if (this.holds) this.socket.pause();
    });
  }

  private drop(): void {
    this.owner.waiting -= this.waiting.length;
    this.waiting.length = 0;
  }
}
