import type { BffError, RequestContext } from '@portico/core';
import { type Send, type UpstreamRequest, type UpstreamResponse } from '../src/send.ts';

/** A call that reached the end of a pipeline and waits for the test to answer it. */
export interface SentCall {
  readonly request: UpstreamRequest;
  readonly ctx: RequestContext;
  /** Its header fields as they were when it was sent. */
  readonly headers: readonly string[];
  answer(response?: Partial<UpstreamResponse>): Promise<void>;
  fail(error: BffError): Promise<void>;
}

/**
 * The end of a pipeline that does what the test says, and like a transport rejects when the context is given up and adds to
 * the headers of its request.
 */
export function scriptedSend(): { readonly send: Send; readonly calls: readonly SentCall[] } {
  const calls: SentCall[] = [];
  const send: Send = (request, ctx) =>
    new Promise((resolve, reject) => {
      calls.push({
        request,
        ctx,
        headers: [...request.headers],
        answer: (response) => {
          ctx.offAbort(reject);
          resolve({ status: 200, headers: [], body: held('{}'), ...response });
          return turns();
        },
        fail: (error) => {
          ctx.offAbort(reject);
          reject(error);
          return turns();
        },
      });
      request.headers.push('x-added-inside', `${calls.length}`);
      ctx.onAbort(reject);
    });
  return { send, calls };
}

/** A body in memory. */
export function held(text: string): { readonly chunks: readonly Uint8Array[]; readonly length: number } {
  const bytes = Buffer.from(text);
  return { chunks: [bytes], length: bytes.length };
}

/** Lets everything happen that only waits for promises. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
