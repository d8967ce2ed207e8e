import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseResponses } from './parse-responses.ts';
import { toBytes } from './raw-upstream.ts';

/** What to send: bytes (a string is latin1), or several pieces with pauses (a number is milliseconds) between them. */
export type RawRequestBytes = string | Uint8Array | ReadonlyArray<string | Uint8Array | number>;

/** When a raw request is over. The connection closed by the other side always ends it. */
export interface RawRequestOptions {
  /** Milliseconds without a byte, after all was sent, until it is over. Default 1000; 10,000 while `responses` are awaited. */
  readonly timeout?: number;
  /** Over as soon as this many final (not 1xx) responses are complete. Default: wait for the close or the timeout. */
  readonly responses?: number;
}

/** What came back. */
export interface RawExchange {
  readonly bytes: Buffer;
  /** The bytes as latin1. */
  readonly text: string;
  /** Whether the other side closed or reset the connection. */
  readonly closed: boolean;
}

/** Sends exact bytes to 127.0.0.1 and collects whatever comes back. */
export function rawRequest(
  port: number,
  request: RawRequestBytes,
  options: RawRequestOptions = {},
): Promise<RawExchange> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let connected = false;
    let over = false;
    let idle: NodeJS.Timeout | undefined;
    const { responses, timeout = responses ? 10_000 : 1_000 } = options;
    const finish = (closed: boolean): void => {
      over = true;
      clearTimeout(idle);
      socket.destroy();
      const bytes = Buffer.concat(chunks);
      resolve({ bytes, text: bytes.toString('latin1'), closed });
    };
    const waitOn = (): void => {
      if (over) return;
      clearTimeout(idle);
      idle = setTimeout(finish, timeout, false);
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (idle) waitOn();
      if (responses && completeIn(chunks) >= responses) finish(false);
    });
    socket.on('end', () => finish(true));
    socket.on('error', (error) => (connected ? finish(true) : reject(error)));
    socket.on('connect', () => {
      connected = true;
      void send(socket, request).then(waitOn);
    });
  });
}

function completeIn(chunks: readonly Buffer[]): number {
  return parseResponses(Buffer.concat(chunks)).filter((response) => response.complete && response.status >= 200).length;
}

async function send(socket: Socket, request: RawRequestBytes): Promise<void> {
  const steps = Array.isArray(request) ? (request as ReadonlyArray<string | Uint8Array | number>) : [request];
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === 'number') await pause(step);
    else socket.write(toBytes(step as string | Uint8Array));
  }
}
