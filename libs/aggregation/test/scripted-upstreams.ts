import { BffError, type BffErrorCode } from '@portico/core';
import {
  buildUpstreams,
  defineUpstream,
  type UpstreamRequest,
  type UpstreamResponse,
  type Upstreams,
} from '@portico/upstream';
import type { ViewUpstreams } from '../src/ask-upstream.ts';

/** A call that waits for the test to answer it. */
export interface ScriptedCall {
  readonly upstream: string;
  readonly request: UpstreamRequest;
  /** Why the gateway gave it up, if it did. */
  cancelled: string | undefined;
  /** Answers with JSON, or with a text as it is. */
  answer(body: unknown, headers?: Readonly<Record<string, string>>, status?: number): void;
  fail(code: BffErrorCode): void;
}

/** Upstreams without a network, for what needs a turn of events or a clock that only the test decides. */
export class ScriptedUpstreams implements ViewUpstreams {
  readonly calls: ScriptedCall[] = [];

  private readonly built: Upstreams;

  /** @param calls places of each; default without end: who waits for whom is the upstreams' business */
  constructor(
    readonly names: readonly string[] = ['catalog', 'inventory', 'reviews'],
    private readonly validateJson = false,
    calls?: number,
  ) {
    const bulkhead = calls === undefined ? false : { calls };
    this.built = buildUpstreams(
      names.map((name) => defineUpstream(name, { url: 'http://127.0.0.1:1', bulkhead })),
      {},
    );
  }

  settings(name: string): ReturnType<ViewUpstreams['settings']> {
    return { validateJson: this.validateJson, bulkhead: this.built.settings(name).bulkhead };
  }

  admission(needs: Parameters<ViewUpstreams['admission']>[0]): ReturnType<ViewUpstreams['admission']> {
    return this.built.admission(needs);
  }

  send(upstream: string): ReturnType<ViewUpstreams['send']> {
    return (request, ctx) =>
      new Promise((resolve, reject) => {
        const call: ScriptedCall = {
          upstream,
          request,
          cancelled: undefined,
          answer: (body, headers = {}, status = 200) => resolve(responseOf(body, headers, status)),
          fail: (code) => reject(new BffError(code, { upstream })),
        };
        this.calls.push(call);
        ctx.onAbort((reason) => {
          call.cancelled = reason.code;
          reject(reason);
        });
      });
  }

  /** The targets asked for so far. */
  get targets(): string[] {
    return this.calls.map(({ request }) => request.target);
  }

  /** The call for a target. */
  to(target: string): ScriptedCall {
    const found = this.calls.find(({ request }) => request.target === target);
    if (!found) throw new Error(`no call to ${target}, only to ${this.targets.join(', ')}`);
    return found;
  }
}

function responseOf(body: unknown, headers: Readonly<Record<string, string>>, status: number): UpstreamResponse {
  const chunk = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const fields = { 'content-type': 'application/json', ...headers };
  return { status, headers: Object.entries(fields).flat(), body: { chunks: [chunk], length: chunk.length } };
}

/** Lets every promise that can settle do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
