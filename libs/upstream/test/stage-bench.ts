import { testContext } from '@portico/testing';
import type { Send, Stage, UpstreamRequest, UpstreamResponse } from '../src/send.ts';

/** A micro-benchmark: what it measures, and how to do that so many times. */
export interface Bench {
  readonly name: string;
  run(iterations: number): Promise<void>;
}

const ANSWER: UpstreamResponse = { status: 200, headers: [], body: { chunks: [], length: 0 } };
const ANSWERED = Promise.resolve(ANSWER);

/** A stage around a `Send` that answers at once with a held 200: all the time that it takes is the stage's. */
export function stageBench(name: string, stage: Stage): Bench {
  const send: Send = stage(() => ANSWERED);
  return {
    name,
    async run(iterations) {
      const request: UpstreamRequest = { method: 'GET', target: '/', headers: [] };
      const ctx = testContext();
      for (let i = 0; i < iterations; i++) {
        await send(request, ctx);
        request.headers.length = 0;
      }
    },
  };
}
