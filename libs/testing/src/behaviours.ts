import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from './fake-upstream.ts';

/** An answer of a fake upstream. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  /** By name, or flat `name, value, ...` to repeat names and keep their case. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
  /** Sent with its Content-Length, unless `headers` says how the body is framed. Default empty. */
  readonly body?: string | Uint8Array;
  /** Instead of `body`: a value sent as application/json. */
  readonly json?: unknown;
  /** Instead of `body`: pieces written one by one, chunked unless `headers` has a length; they may never end. */
  readonly chunks?: Iterable<string | Uint8Array>;
  /** Milliseconds before the head. Default 0. */
  readonly delay?: number;
  /** Milliseconds before each piece of `chunks`. Default 0. */
  readonly chunkDelay?: number;
}

/** Answers every request with `answer`. */
export function reply(answer: Reply = {}): Behaviour {
  return async (request, response) => {
    if (answer.delay) await pause(answer.delay, undefined, { ref: false });
    if (response.destroyed) return;
    const body = answer.json === undefined ? answer.body : JSON.stringify(answer.json);
    response.writeHead(answer.status ?? 200, headOf(answer, Buffer.byteLength(body ?? '')));
    if (!answer.chunks || request.method === 'HEAD') response.end(body);
    else await writeChunks(response, answer.chunks, answer.chunkDelay ?? 0);
  };
}

/** Never answers. */
export function hang(): Behaviour {
  return () => undefined;
}

/** Resets the connection (TCP RST) instead of answering. */
export function reset(): Behaviour {
  return (_request, response) => void response.socket?.resetAndDestroy();
}

function headOf(answer: Reply, length: number): string[] {
  const given = answer.headers ?? {};
  const flat = Array.isArray(given) ? [...(given as readonly string[])] : Object.entries(given).flat();
  const names = new Set(flat.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  if (answer.json !== undefined && !names.has('content-type')) flat.push('content-type', 'application/json');
  const framed = names.has('content-length') || names.has('transfer-encoding');
  const bodiless = answer.status === 204 || answer.status === 304;
  if (!framed && !bodiless && !answer.chunks) flat.push('content-length', String(length));
  return flat;
}

async function writeChunks(
  response: ServerResponse,
  chunks: Iterable<string | Uint8Array>,
  delay: number,
): Promise<void> {
  const closed = once(response, 'close');
  response.flushHeaders();
  for (const chunk of chunks) {
    if (delay) await pause(delay, undefined, { ref: false });
    if (response.destroyed) return;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), closed]);
    if (response.destroyed) return;
  }
  response.end();
}
